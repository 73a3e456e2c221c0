import { readdirSync, rmSync } from 'node:fs';
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

test('damage is found, seen by kind of file, healed after a preview, and what stays damaged is removed by hand', async () => {
  let tenant = '';
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'free' })).id;
    for (const id of ['one', 'two']) {
      await client.tenants.putDocument({ tenant, collection: 'notes', id, value: { text: id } });
      await ended(await client.backups.createBackup({ scope: { tenant } }));
    }
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);

  await goTo(`/backups/repair?tenant=${tenant}`);
  await expect(page.getByText('Nothing was verified yet')).toBeVisible();
  await expect(page.getByText('Nothing had to be healed.')).toBeVisible();
  // what no copy has and what follows from nothing: a snapshot's own file
  const snapshots = join(stand.dataFolder, 'repositories', tenant, 'snapshots');
  const [lost = ''] = readdirSync(snapshots);
  rmSync(join(snapshots, lost));
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByRole('status').getByText(/1 problem/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Close' }).click();
  const table = page.getByRole('table', { name: 'Last verification of each repository and copy' });
  await expect(table.getByText('Snapshots: 1 problem')).toBeVisible({ timeout: 30_000 });
  await expect(table.getByText(/it has vanished from the repository/)).toBeVisible();
  await settled(page);

  await table.getByRole('button', { name: 'Heal now…' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByText(/^Every pack and every index is there and sound\./)).toBeVisible({
    timeout: 60_000,
  });
  await dialog.getByRole('button', { name: 'Heal now', exact: true }).click();
  await expect(dialog.getByText(/1 snapshot stays damaged/)).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();

  await goTo(`/backups?tenant=${tenant}&snapshot=${lost}`);
  await page.getByRole('button', { name: 'Remove this snapshot…' }).click();
  await expect(dialog.getByText(/^Missing: its file is not in the repository/)).toBeVisible({
    timeout: 60_000,
  });
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('lost with its disk');
  await dialog.getByRole('button', { name: 'Remove the snapshot' }).click();
  await expect(dialog.getByText('Removed.')).toBeVisible({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Close' }).click();
  await settled(page);
}, 240_000);
