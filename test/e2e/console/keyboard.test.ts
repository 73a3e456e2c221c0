import type { Locator, Page } from '@playwright/test';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

/** Goes on with Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let at = 0; at < 80; at += 1) {
    if ((await target.and(page.locator(':focus')).count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab never gets there');
}

test('every step of a restore by keyboard alone', async () => {
  await prepare(stand.dataFolder, async (client, ended) => {
    const { id } = await client.tenants.createTenant({ name: 'Acme', tier: 'standard' });
    const of = { tenant: id, collection: 'notes', id: 'one' };
    await client.tenants.putDocument({ ...of, value: { text: 'before' } });
    await ended(await client.backups.createBackup({ scope: { tenant: id } }));
    await client.tenants.putDocument({ ...of, value: { text: 'after' } });
  });
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await tabTo(page, page.getByLabel('Passphrase', { exact: true }));
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('Restore');
  await page.keyboard.press('Enter');
  const step = (name: string) => expect(page.getByRole('heading', { name, exact: true })).toBeFocused();
  const next = page.getByRole('button', { name: 'Next' });
  await page.getByRole('heading', { name: 'What', exact: true }).waitFor();
  await tabTo(page, page.getByRole('radio', { name: 'A tenant' }));
  await page.keyboard.press('Space');
  const tenant = page.getByRole('combobox', { name: 'Tenant' });
  await tabTo(page, tenant);
  await page.keyboard.type('Acme');
  await page.keyboard.press('Tab');
  await tabTo(page, next);
  await page.keyboard.press('Enter');
  await step('When');
  await tabTo(page, page.getByRole('grid', { name: 'Snapshots' }));
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await tabTo(page, next);
  await page.keyboard.press('Enter');
  await step('Where');
  await tabTo(page, page.getByRole('radio', { name: /In place/ }));
  await page.keyboard.press('Space');
  await tabTo(page, next);
  await page.keyboard.press('Enter');
  await step('What changes');
  await tabTo(page, page.getByRole('checkbox', { name: /Replace what is there now: 1 row/ }));
  await page.keyboard.press('Space');
  await tabTo(page, next);
  await page.keyboard.press('Enter');
  await step('Summary');
  await tabTo(page, page.getByLabel('Reason'));
  await page.keyboard.type('The note was overwritten');
  const start = page.getByRole('button', { name: 'Start the restore' });
  await tabTo(page, start);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
}, 120_000);

test('locked by key, and back where it was after signing in', async () => {
  await prepare(stand.dataFolder, async (client) => {
    await client.tenants.createTenant({ name: 'Acme', tier: 'standard' });
  });
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  await page.goto(new URL('/tenants?search=acm', page.url()).href);
  await page.getByRole('link', { name: 'Acme' }).waitFor();
  await page.keyboard.press('Control+l');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await expect(page.getByText('Acme')).toHaveCount(0);
  await page.reload();
  await page.getByLabel('Passphrase', { exact: true }).fill('not the passphrase at all');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The name or the passphrase is wrong.')).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Acme' }).waitFor();
  expect(new URL(page.url()).search).toBe('?search=acm');
}, 60_000);
