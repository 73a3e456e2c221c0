import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('a second between two backups is chosen, previewed, restored and taken back', async () => {
  let tenant = '';
  let second = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const put = (text: string) =>
      client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text } });
    await put('as it was backed up');
    await ended(await client.backups.createBackup({ scope: { all: true } }));
    await put('as it was at noon');
    const at = Math.ceil(Date.now() / 1000) * 1000;
    await setTimeout(at + 20 - Date.now());
    second = new Date(at).toISOString().slice(0, 19);
    await put('as it is by mistake');
    await client.tenants.putDocument({ tenant, collection: 'notes', id: 'two', value: { text: 'another' } });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  const next = page.getByRole('button', { name: 'Next' });
  const document = `/tenants/${tenant}/data?collection=notes&document=one`;

  await goTo(`/backups/restore?tenant=${tenant}`);
  await next.click();
  await page.getByLabel('Or as of').fill(second);
  await page.getByRole('button', { name: 'Choose by time' }).click();
  await expect(page.getByText('Chosen point in time')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Chosen point in time')).toBeVisible();
  await next.click();
  await page.getByRole('radio', { name: /In place/ }).check();
  await next.click();
  await expect(page.getByRole('row', { name: 'notes 0 1 1' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('checkbox').check();
  await next.click();
  await expect(page.getByText(/in the log of snapshot/)).toBeVisible();
  await expect(page.getByText(`--at ${second}.000Z`)).toBeVisible();
  await page.getByLabel('Reason').fill('The note was changed by mistake');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });

  await goTo(document);
  await expect(page.getByRole('gridcell', { name: /as it was at noon/ })).toBeVisible();
  await goTo('/backups/restores');
  await page.getByRole('button', { name: 'Take back' }).first().click();
  await page.getByLabel('Reason').fill('It was no mistake');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText('The state before the restore is back.')).toBeVisible({ timeout: 60_000 });
  await goTo(document);
  await expect(page.getByRole('gridcell', { name: /as it is by mistake/ })).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 180_000);

test('a commit is chosen on the timeline with the keyboard, previewed, and restored by the wizard', async () => {
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const put = (id: string, text: string) =>
      client.tenants.putDocument({ tenant, collection: 'notes', id, value: { text } });
    await put('one', 'first');
    await ended(await client.backups.createBackup({ scope: { all: true } }));
    for (const text of ['second', 'third', 'by mistake']) {
      await put('one', text);
      await setTimeout(50);
    }
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);

  await goTo(`/backups/timeline?tenant=${tenant}`);
  const slider = page.getByRole('slider', { name: 'Chosen moment' });
  const meaning = page.getByText(/^Last change before /);
  const commit = async () => /commit ([0-9,]+)/.exec(await meaning.innerText())?.[1];
  await slider.press('End');
  await expect(meaning).toBeVisible();
  const newest = Number((await commit())?.replace(',', ''));
  await slider.press('ArrowLeft');
  await expect(meaning).toContainText(`commit ${newest - 1} `);
  await slider.press('ArrowRight');
  await expect(meaning).toContainText(`commit ${newest} `);
  await slider.press('ArrowLeft');
  await expect(meaning).toContainText(`commit ${newest - 1} `);
  for (const key of ['+', '+', '-', '0']) await slider.press(key);
  await expect(meaning).toContainText(`commit ${newest - 1} `);
  await page.getByRole('button', { name: 'What would change' }).click();
  await expect(page.getByText('0 rows would come back, 1 would change, 0 would be lost.')).toBeVisible({
    timeout: 30_000,
  });
  await page.getByText('The same as tables').click();
  await expect(page.getByRole('table', { name: 'Snapshots', exact: true }).getByRole('row')).toHaveCount(2);

  await page.getByRole('link', { name: 'Restore this moment…' }).click();
  await expect(page.getByText('Chosen point in time')).toBeVisible();
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await page.getByRole('radio', { name: /In place/ }).check();
  await next.click();
  await expect(page.getByRole('row', { name: 'notes 0 1 0' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('checkbox').check();
  await next.click();
  await page.getByLabel('Reason').fill('The last change was a mistake');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  await goTo(`/tenants/${tenant}/data?collection=notes&document=one`);
  await expect(page.getByRole('gridcell', { name: /third/ })).toBeVisible();
  await goTo(`/backups/timeline?tenant=${tenant}`);
  await page.getByText('The same as tables').click();
  await expect(page.getByRole('table', { name: 'Restores in place' }).getByRole('row')).toHaveCount(1);
  expect(stand.complaints).toEqual([]);
}, 180_000);
