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

test('a tenant is erased after its plan was read, and a target that was away is emptied later', async () => {
  const disk = join(dirname(stand.dataFolder), 'second-disk');
  mkdirSync(disk);
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'enterprise' })).id;
    await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { at: 1 } });
    const target = await client.backups.addTarget({
      name: 'Second disk',
      place: { kind: 'folder', path: disk },
    });
    await ended(await client.backups.createBackup({ scope: { tenant } }));
    await ended(await client.backups.syncTarget({ targetId: String(target.id) }));
  });
  renameSync(disk, `${disk}-away`);
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL(`/tenants/${tenant}`, page.url()).href);
  await page.getByRole('button', { name: 'Erase tenant…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Documents: 1, files: 0', { exact: false })).toBeVisible();
  await expect(dialog.getByText(/Second disk cannot be reached/)).toBeVisible();
  const submit = dialog.getByRole('button', { name: 'Erase tenant', exact: true });
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Reason').fill('the contract ended');
  await dialog.getByLabel('Type acme to confirm').fill('acm');
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Type acme to confirm').fill('acme');
  await submit.click();
  await page.getByRole('link', { name: 'Show what was done' }).click({ timeout: 60_000 });
  await expect(page.getByText('pending: emptied as soon as it can be reached')).toBeVisible();
  await expect(page.getByText('pending on 1 target')).toBeVisible();
  await expect(page.getByText(/holdfast erasure certificate v1/)).toBeVisible();

  renameSync(`${disk}-away`, disk);
  await page.goto(new URL('/backups/targets', page.url()).href);
  await page.getByRole('button', { name: 'Synchronise', exact: true }).click();
  await expect(page.getByText(/copied/).first()).toBeVisible({ timeout: 60_000 });
  await page.goto(new URL(`/erased?tenant=${tenant}`, page.url()).href);
  await expect(page.getByText('gone from every target')).toBeVisible();
  expect(existsSync(join(disk, 'repositories', tenant))).toBe(false);
  await page.getByRole('button', { name: 'Look again for what is left' }).click();
  await expect(page.getByText('Nothing of the tenant could be found anywhere.')).toBeVisible({
    timeout: 60_000,
  });
});
