import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

test('the first target moves out of the data folder, after a look at what that copies; a further one takes its place once it is lost', async () => {
  const disk = join(dirname(stand.dataFolder), 'another-disk');
  const second = join(dirname(stand.dataFolder), 'second');
  for (const folder of [disk, second]) mkdirSync(folder);
  await prepare(stand.dataFolder, async (client, ended) => {
    const tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'free' })).id;
    await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { at: 1 } });
    const place = { kind: 'folder', path: second } as const;
    const { id } = await client.backups.addTarget({ name: 'Second', place });
    await ended(await client.backups.createBackup({ scope: { all: true } }));
    await ended(await client.backups.syncTarget({ targetId: id ?? '' }));
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/backups/targets', page.url()).href);
  await page.getByRole('button', { name: 'Move…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder').fill('somewhere');
  await dialog.getByRole('button', { name: 'See what would be copied' }).click();
  await expect(dialog.getByText('Enter the whole path', { exact: false }).first()).toBeVisible();
  await dialog.getByLabel('Folder').fill(disk);
  await dialog.getByRole('button', { name: 'See what would be copied' }).click();
  await expect(dialog.getByText(/2 repositories are moved/)).toBeVisible();
  expect(existsSync(join(disk, 'holdfast.txt'))).toBe(false);
  await dialog.getByRole('button', { name: 'Move it' }).click();
  await expect(page.getByText(`Backups go to ${disk} now.`, { exact: false })).toBeVisible({
    timeout: 60_000,
  });
  await page.reload();
  await expect(page.getByRole('cell', { name: `First target ${disk}` })).toBeVisible();

  renameSync(disk, `${disk}-lost`);
  await page.getByRole('button', { name: 'Move…' }).click();
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(second);
  await dialog.getByRole('button', { name: 'See what would be copied' }).click();
  await expect(dialog.getByText('The first target is not there', { exact: false })).toBeVisible();
  await expect(dialog.getByText(/backups? (is|are) lost|No backup is lost/)).toBeVisible();
  if (process.env.HOLDFAST_LOOK !== undefined) await page.screenshot({ path: process.env.HOLDFAST_LOOK });
  await dialog.getByRole('button', { name: 'Go on without the first target' }).click();
  await expect(page.getByText(`Backups go to ${second} now.`, { exact: false })).toBeVisible({
    timeout: 60_000,
  });
  await page.reload();
  await expect(page.getByRole('cell', { name: `First target ${second}` })).toBeVisible();
});
