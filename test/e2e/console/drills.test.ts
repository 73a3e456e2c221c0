import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { settled } from './screens.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

function damage(repository: string): void {
  const data = join(repository, 'data');
  for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
    if (!/[0-9a-f]{64}$/.test(name)) continue;
    const bytes = readFileSync(join(data, name));
    bytes.writeUInt8((bytes.at(bytes.length >> 1) ?? 0) ^ 1, bytes.length >> 1);
    writeFileSync(join(data, name), bytes);
  }
}

test('a drill is held, seen on the dashboard, and one that fails says what to do', async () => {
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'free' })).id;
    await client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text: 'kept' } });
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);

  const recovery = page.getByRole('region', { name: 'If it had to come back' });
  await expect(recovery.getByText('none yet: run a drill')).toBeVisible();
  await expect(recovery.getByText('not measured: run a drill')).toBeVisible();
  await expect(recovery.getByText('this machine only: no copy on another device')).toBeVisible();

  await goTo('/backups/drills');
  await expect(page.getByText('No drill was held yet')).toBeVisible();
  await page.getByRole('button', { name: 'Run a drill…' }).click();
  await expect(page.getByText('holdfast backup drill --all')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Run the drill' }).click();
  await expect(page.getByText(/^2 backups came back whole: /)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('gridcell', { name: 'Proven' })).toHaveCount(2, { timeout: 30_000 });
  await expect(page.getByRole('img', { name: /How long restores took/ })).toBeVisible();
  await page.getByRole('gridcell', { name: 'Acme' }).click();
  const details = page.getByRole('complementary');
  await expect(details.getByText('Rebuilding data')).toBeVisible();
  await expect(details.getByText('Somebody, by hand')).toBeVisible();

  await goTo('/backups/objectives');
  await expect(page.getByRole('row', { name: /Acme Every commit, .*This machine only/ })).toBeVisible();
  await goTo('/');
  await expect(recovery.getByText(/2 of 3|2 of 2/).first()).toBeVisible();

  damage(join(stand.dataFolder, 'repositories', tenant));
  await goTo(`/backups/drills?tenant=${tenant}`);
  await page.getByRole('button', { name: 'Run a drill…' }).click();
  await expect(page.getByText(`holdfast backup drill --tenant ${tenant}`)).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Run the drill' }).click();
  await expect(page.getByText(/The backup does not come back whole/).first()).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('gridcell', { name: 'Failed' }).click({ timeout: 30_000 });
  await expect(details.getByText(/its seal does not hold/)).toBeVisible();
  await settled(page);

  await goTo('/');
  await expect(page.getByText('Restore drill failed.')).toBeVisible();
  await goTo('/inbox');
  await page.getByRole('gridcell', { name: 'Restore drill failed' }).click();
  await expect(details.getByText(/Make a full backup now/)).toBeVisible();
  await details.getByRole('button', { name: 'Acknowledge' }).click();
  await goTo('/');
  await expect(
    page.getByText('The newest restore drill of 1 tenant, or of the installation, failed.'),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Open the drills' }).click();
  await expect(page.getByRole('gridcell', { name: 'Failed' })).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 180_000);
