import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

const dayMs = 86_400_000;
let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

/** Makes what is in control.db as old as if days had passed. */
function daysPass(days: number, table: 'snapshots' | 'removal_marks', column: 'time' | 'marked_at'): void {
  const control = new Database(join(stand.dataFolder, 'control.db'), { timeout: 5000 });
  control.prepare(`UPDATE ${table} SET ${column} = ${column} - ?`).run(days * dayMs);
  control.close();
}

test('a policy is looked at before it is saved; what it lets go waits, may be held, and is removed', async () => {
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    // free: no schedule makes backups of its own meanwhile
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'free' })).id;
    for (let at = 1; at <= 4; at += 1) {
      await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { at } });
      await ended(await client.backups.createBackup({ scope: { tenant } }));
      daysPass(1, 'snapshots', 'time');
    }
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL(`/backups/retention?tenant=${tenant}`, page.url()).href);

  const save = page.getByRole('button', { name: 'Save policy…' });
  await page.getByLabel('Newest').fill('1');
  for (const rule of ['Days', 'Weeks', 'Months']) await page.getByLabel(rule, { exact: true }).fill('0');
  await page.getByLabel('Never fewer than').fill('0');
  await expect(page.getByText('A whole number from 1 to 10,000')).toBeVisible();
  await page.getByLabel('Never fewer than').fill('1');
  await expect(save).toBeDisabled();
  await page.getByRole('button', { name: 'See what it would leave' }).click();
  await expect(page.getByText(/^3 snapshots; .* only they use$/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('img', { name: /Snapshots by day/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /one of the newest/ })).toBeVisible();
  await save.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/keeps less than now/)).toBeVisible();
  await dialog.getByLabel('Reason').fill('The disk is small');
  await dialog.getByRole('button', { name: 'Save policy' }).click();
  await expect(page.getByText(/Set by Ada Obi/)).toBeVisible();

  const apply = page.getByRole('button', { name: 'Apply the policy now' });
  await apply.click();
  await expect(page.getByText('3 marked, 0 removed, 0 B given back.')).toBeVisible({ timeout: 30_000 });
  const marked = page.getByRole('grid', { name: 'Snapshots that wait for their removal' });
  await expect(marked.getByRole('button', { name: 'Unmark' })).toHaveCount(3);

  await page.getByRole('button', { name: 'Hold everything…' }).click();
  await dialog.getByLabel('Reason').fill('A lawsuit');
  await dialog.getByRole('button', { name: 'Place hold' }).click();
  await expect(page.getByText('Nothing waits for its removal')).toBeVisible();
  await page.getByRole('button', { name: 'Lift…' }).click();
  await dialog.getByLabel('Reason').fill('It was settled');
  await dialog.getByRole('button', { name: 'Lift hold' }).click();
  await expect(page.getByText('Lifted', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Close' }).click();
  await apply.click();
  await expect(page.getByText(/^3 marked, 0 removed/)).toBeVisible({ timeout: 30_000 });
  daysPass(4, 'removal_marks', 'marked_at');
  for (const _ of [1, 2]) {
    await stand.command(['backup', 'run', '--tenant', tenant], { HOLDFAST_PASSPHRASE: passphrase });
  }
  await page.getByRole('button', { name: 'Close' }).click();
  await apply.click();
  await expect(page.getByText(/^\d marked, 3 removed/)).toBeVisible({ timeout: 60_000 });
  await stand.command(['backup', 'verify', '--tenant', tenant, '--level', '4'], {
    HOLDFAST_PASSPHRASE: passphrase,
  });
  expect(stand.complaints).toEqual([]);
}, 180_000);
