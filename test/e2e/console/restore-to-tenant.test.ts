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

test('a snapshot becomes a tenant beside the one of now', async () => {
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const put = (text: string) =>
      client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text } });
    await put('as it was backed up');
    await ended(await client.backups.createBackup({ scope: { tenant } }));
    await put('as it is now');
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const next = page.getByRole('button', { name: 'Next' });

  await page.goto(new URL(`/backups/restore?tenant=${tenant}`, page.url()).href);
  await next.click();
  await page.getByRole('row', { name: /full/i }).first().click();
  await next.click();
  await page.getByRole('radio', { name: /To a new tenant/ }).check();
  await next.click();
  await expect(page.getByText('Give the new tenant a name.')).toBeVisible();
  await page.getByLabel('Name of the new tenant').fill('Acme before');
  await page.getByLabel('Tier of the new tenant').selectOption('Standard');
  await page.reload();
  await expect(page.getByLabel('Name of the new tenant')).toHaveValue('Acme before');
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: process.env.HOLDFAST_SHOT });
  await next.click();
  await expect(page.getByText('a tenant of its own is made')).toBeVisible({ timeout: 30_000 });
  await next.click();
  await expect(page.getByText('a new tenant, Acme before (Standard)')).toBeVisible();
  await expect(page.getByText(/--to tenant:'Acme before' --tier standard/)).toBeVisible();
  await page.getByLabel('Reason').fill('To compare the two');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/Nobody has access to the new tenant yet/)).toBeVisible();
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.result.png` });
  await page.getByRole('link', { name: 'Go to the tenant' }).click();
  await expect(page.getByRole('heading', { name: 'Acme before' })).toBeVisible();
  await page.goto(`${page.url()}?collection=notes&document=one`);
  await expect(page.getByRole('gridcell', { name: /as it was backed up/ })).toBeVisible();
  await page.goto(new URL(`/tenants/${tenant}/data?collection=notes&document=one`, page.url()).href);
  await expect(page.getByRole('gridcell', { name: /as it is now/ })).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 180_000);
