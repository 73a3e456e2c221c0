import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
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

test('a further target is added, tried, brought up to date, missed while it is away, and removed', async () => {
  const folder = `${stand.dataFolder}-copies`;
  mkdirSync(folder);
  let own = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    own = join(folder, (await client.suite.getInstallation({})).id);
    await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' });
    await client.tenants.createTenant({ name: 'Small', tier: 'free' });
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/backups/targets', page.url()).href);

  await page.getByRole('button', { name: 'Add a target' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Second disk');
  await dialog.getByLabel('Folder').fill(`${folder}-missing`);
  await dialog.getByRole('button', { name: 'Test and add' }).click();
  await expect(dialog.getByText('There is no such folder.', { exact: false })).toBeVisible();
  await dialog.getByLabel('Folder').fill(folder);
  await dialog.getByRole('button', { name: 'Test and add' }).click();
  const row = page.getByRole('row', { name: /Second disk/ });
  await expect(row.getByText('2 behind')).toBeVisible();

  await row.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/^Second disk works: .* free\.$/)).toBeVisible();
  await row.getByRole('button', { name: 'Synchronise' }).click();
  await expect(page.getByText(/files copied, .*; 0 removed\./)).toBeVisible({ timeout: 60_000 });
  await expect(row.getByText('Up to date')).toBeVisible({ timeout: 30_000 });
  const lag = page.getByRole('table', { name: 'What Second disk has copies of' });
  await expect(lag.getByRole('row', { name: /Acme/ })).toBeVisible();
  await expect(lag.getByRole('row', { name: /Small/ })).toBeHidden();

  renameSync(own, `${own}-elsewhere`);
  await row.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/The backup target cannot be reached/)).toBeVisible();
  await expect(row.getByText('Away')).toBeVisible({ timeout: 30_000 });
  renameSync(`${own}-elsewhere`, own);

  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove target' }).click();
  await expect(row).toBeHidden();
  expect(existsSync(join(own, 'repositories', 'installation', 'config'))).toBe(true);
});
