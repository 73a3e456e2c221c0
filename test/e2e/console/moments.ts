import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { screens, show } from './screens.ts';
import { passphrase, recoveryKeyGroups, signIn, typeBack } from './story.ts';

/** Looks at what stands on the page right now. */
export type Look = (name: string) => Promise<void>;

/** Each step of the first run, from its one-time link on; ends on the dashboard. */
export async function walkFirstRun(page: Page, link: string, look: Look): Promise<void> {
  const next = page.getByRole('button', { name: 'Next' });
  await page.goto(link);
  await next.waitFor();
  await look('first-run-welcome');
  await next.click();
  await page.getByLabel('Your name').fill('Ada Obi');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('The passphrase again').fill('another one');
  await next.click();
  await look('first-run-owner-refused');
  await page.getByLabel('The passphrase again').fill(passphrase);
  await next.click();
  await page.getByRole('radio', { name: /Sealed under/ }).check();
  await look('first-run-keys');
  await next.click();
  await page.getByRole('radio', { name: /Inside the data folder/ }).check();
  await look('first-run-backups');
  await next.click();
  const create = page.getByRole('button', { name: 'Create the installation' });
  await create.waitFor();
  await look('first-run-summary');
  await create.click();
  const groups = await recoveryKeyGroups(page);
  await look('first-run-recovery-key');
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await page
    .getByRole('textbox', { name: /^Group \d+$/ })
    .first()
    .waitFor();
  await look('first-run-type-back');
  await typeBack(page, groups);
  const dashboard = page.getByRole('button', { name: 'Go to the dashboard' });
  await dashboard.waitFor();
  await look('first-run-done');
  await dashboard.click();
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
}

/** Holds back what the core sends as soon as a job of a kind tells that it runs, until it is let go. */
async function holdOnceRunning(page: Page, kind: string): Promise<() => void> {
  const held: (() => void)[] = [];
  let state: 'waiting' | 'holding' | 'over' = 'waiting';
  await page.routeWebSocket('**/rpc', (route) => {
    const server = route.connectToServer();
    server.onMessage((message) => {
      if (state === 'holding') {
        held.push(() => route.send(message));
        return;
      }
      route.send(message);
      if (state === 'waiting' && message.toString().includes(`"kind":"${kind}","state":"running"`))
        state = 'holding';
    });
  });
  return () => {
    state = 'over';
    for (const send of held.splice(0)) send();
  };
}

/** Holds back what is asked of the core by these names, until it is let go. */
export async function holdAsked(page: Page, names: readonly string[]): Promise<() => void> {
  const held: (() => void)[] = [];
  let holds = true;
  await page.routeWebSocket('**/rpc', (route) => {
    const server = route.connectToServer();
    route.onMessage((message) => {
      if (holds && names.some((name) => message.toString().includes(name))) {
        held.push(() => server.send(message));
        return;
      }
      server.send(message);
    });
  });
  return () => {
    holds = false;
    for (const send of held.splice(0)) send();
  };
}

interface Place {
  readonly link: string;
  readonly tenant: string;
  /** Where a file may be put. */
  readonly folder: string;
}

/** What the console shows only for a while: signing in, conflicts, work on its way and its end. Data changes. */
export async function walkMoments(page: Page, place: Place, look: Look): Promise<void> {
  const { link, tenant } = place;
  const open = async (path: string) => {
    await page.goto(new URL(path, link).href);
    await page.locator('[data-heading]').waitFor();
  };
  await page.keyboard.press('Control+l');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await look('sign-in');
  await page.getByLabel('Name').fill('Ada Obi');
  await page.getByLabel('Passphrase', { exact: true }).fill('not the passphrase at all');
  await page.keyboard.press('Enter');
  await page.getByText('The name or the passphrase is wrong.').waitFor();
  await look('sign-in-refused');
  await signIn(page);

  await open(`/tenants/${tenant}/data?collection=orders&document=order-9`);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const text = page.getByLabel('Document (JSON)');
  await text.fill('{"total": 153, "open": false}');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Edit', exact: true }).click();
  await other.getByLabel('Document (JSON)').fill('{"total": 154, "open": true}');
  await other.getByRole('button', { name: /^Save/ }).click();
  await other.getByRole('dialog').waitFor({ state: 'detached' });
  await other.close();
  await page.getByRole('button', { name: /^Save/ }).click();
  await page.getByText('Somebody changed this document meanwhile').waitFor();
  await look('edit-conflict');

  const file = join(place.folder, 'catalogue.bin');
  writeFileSync(file, Buffer.alloc(16 * 1024 * 1024, 7));
  await open(`/tenants/${tenant}/files`);
  await page.getByRole('button', { name: 'Add file' }).first().click();
  const dialog = page.getByRole('dialog');
  const session = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 128 * 1024 };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slow);
  await dialog.locator('input[type=file]').setInputFiles(file);
  await dialog.getByRole('button', { name: 'Add file' }).click();
  await dialog.getByRole('progressbar', { name: 'Sending the file to Holdfast' }).waitFor();
  await look('sending-file');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await session.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });

  await open(`/access/keys?tenant=${tenant}`);
  await page.getByRole('button', { name: 'Create API key' }).first().click();
  await dialog.getByRole('combobox', { name: 'User or bot' }).selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Create API key' }).click();
  await page.getByText('The key was created').waitFor();
  await look('access-key-shown-once');

  await open('/audit');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText('Nothing was changed, cut or taken away.').waitFor();
  await look('audit-verified');

  await open('/backups');
  await page.getByRole('button', { name: 'Back up', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Back up everything' }).click();
  await page.getByText(/snapshots? made/).waitFor();
  await look('backups-done');
}

/** A restore on its way, its result, and what is asked before it is taken back. */
export async function walkRestore(page: Page, { link, tenant }: Place, look: Look): Promise<void> {
  const letGo = await holdOnceRunning(page, 'backup.restore');
  const summary = screens.filter(({ name }) => name === 'restore-summary');
  for (const screen of summary) await show(page, link, screen, { TENANT: tenant });
  await page.getByLabel('Reason').fill('An order was changed by mistake');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await page.getByRole('progressbar').waitFor();
  await look('restore-run');
  letGo();
  await page.getByText(/The restore is done and was verified at level 4/).waitFor();
  await look('restore-result');
  await page.goto(new URL('/backups/restores', link).href);
  await page.getByRole('button', { name: 'Take back' }).first().click();
  await look('restore-take-back');
}
