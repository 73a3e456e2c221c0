import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { describe, type TestContext, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { show } from './screens.ts';
import { goTo, passphrase, signIn } from './story.ts';

/** A stand with an installation that has two tenants, each with a document, and a backup. */
async function prepared({ onTestFinished }: TestContext, target?: string) {
  const stand = new ConsoleStand();
  onTestFinished(() => stand.close());
  const ids = { TENANT: '', BETA: '' };
  const fill: Parameters<typeof prepare>[1] = async (client, ended) => {
    ids.TENANT = (await client.tenants.createTenant({ name: 'Acme', tier: 'standard' })).id;
    ids.BETA = (await client.tenants.createTenant({ name: 'Beta', tier: 'free' })).id;
    for (const tenant of Object.values(ids)) {
      await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { kept: true } });
    }
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  };
  await prepare(stand.dataFolder, fill, target && join(stand.folder, target));
  const visit = (page: Page, path: string) => show(page, page.url(), { name: path, path }, ids);
  return { stand, ids, visit };
}

const tile = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Managers' }).getByRole('listitem').filter({ hasText: name });

// each waits long for what is looked for again only at times
describe.concurrent('a manager that is down', () => {
  test('the log is garbage: its tile says so, the rest works, and it comes back by itself', async (context) => {
    const { stand, visit } = await prepared(context);
    const file = join(stand.dataFolder, 'audit.db');
    const good = readFileSync(file);
    writeFileSync(file, Buffer.alloc(good.length, 'garbage'));
    const page = await stand.open();
    await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
    await signIn(page);
    await expect(tile(page, 'Audit log')).toContainText('Down');
    await expect(tile(page, 'Audit log')).toContainText('Put audit.db back');
    await expect(tile(page, 'Audit log')).toContainText('The rest of Holdfast works.');
    await expect(tile(page, 'Tenants')).toContainText('Ready');
    await goTo(page, 'Audit log');
    await expect(page.getByText('This part of Holdfast is not available now.').first()).toBeVisible();
    // of this tier no reading is logged
    await visit(page, '/tenants/BETA/data?collection=notes&document=one');
    await expect(page.getByRole('complementary', { name: 'one' }).getByText('"kept": true')).toBeVisible();
    const refused = page.getByText('The audit log cannot be written, so this is refused.').first();
    await visit(page, '/tenants/TENANT/data?collection=notes&document=one');
    await expect(refused).toBeVisible();
    await visit(page, '/tenants/TENANT');
    await page.getByRole('button', { name: 'Suspend' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click();
    await expect(refused).toBeVisible();
    await page.keyboard.press('Escape');
    await goTo(page, 'Dashboard');
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    writeFileSync(file, good, { mode: 0o600 });
    await expect(tile(page, 'Audit log')).toContainText('Ready', { timeout: 70_000 });
    await goTo(page, 'Audit log');
    await page
      .getByRole('row', { name: /Tenant created/ })
      .first()
      .waitFor();
    expect(stand.complaints).toEqual([]);
  }, 240_000);

  test('the folder of the backups is away: said, refused in words, and well once it is back', async (context) => {
    const { stand } = await prepared(context, 'target');
    const target = join(stand.folder, 'target');
    const page = await stand.open();
    await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
    await signIn(page);
    await expect(tile(page, 'Backups')).toContainText('Ready');
    renameSync(target, `${target}-away`);
    await expect(tile(page, 'Backups')).toContainText('Connect its disk', { timeout: 45_000 });
    await goTo(page, 'Backups');
    await page.getByRole('button', { name: 'Back up', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Back up the installation' }).click();
    await expect(page.getByRole('alert').first()).toContainText('Connect its disk');
    await goTo(page, 'Tenants');
    await page.getByRole('link', { name: 'Acme' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme' }).waitFor();
    renameSync(`${target}-away`, target);
    await goTo(page, 'Dashboard');
    await expect(tile(page, 'Backups')).toContainText('Ready', { timeout: 45_000 });
    expect(stand.complaints).toEqual([]);
  }, 240_000);
});

test('a tenant that cannot be read: said with what to do, and a restore brings it back', async (context) => {
  const { stand, ids, visit } = await prepared(context);
  const file = join(stand.dataFolder, 'tenants', ids.TENANT, 'data.db');
  writeFileSync(file, Buffer.alloc(statSync(file).size, 'garbage'));
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await goTo(page, 'Tenants');
  await expect(page.getByRole('link', { name: 'Beta' })).toBeVisible();
  await page.getByRole('link', { name: 'Acme' }).click();
  const told = page.getByText('The tenant’s database is damaged. Restore the tenant from a backup');
  await expect(told).toBeVisible();
  for (const tab of ['Data', 'Files', 'Imports']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(told.first(), tab).toBeVisible();
  }
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('link', { name: 'Restore it' }).click();
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await page.getByRole('grid', { name: 'Snapshots' }).getByRole('row').nth(1).click();
  await next.click();
  await page.getByRole('radio', { name: /In place/ }).check();
  await next.click();
  await page.getByRole('heading', { name: 'What changes', exact: true }).waitFor();
  await page.getByRole('checkbox').check();
  await next.click();
  await page.getByLabel('Reason').fill('Its disk wrote garbage');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  await visit(page, '/tenants/TENANT/data?collection=notes&document=one');
  await expect(page.getByRole('complementary', { name: 'one' }).getByText('"kept": true')).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 120_000);
