import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, test } from 'vitest';
import { z } from 'zod';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

const environment = { HOLDFAST_PASSPHRASE: passphrase };
const files = 24;
let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

/** How many files lie in a folder or below it. */
const filesIn = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 0;

test('a restore that a killed host left unfinished is gone on with, from where it is told', async () => {
  let [tenant, snapshot] = ['', ''];
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const path = join(stand.folder, 'scan.bin');
    for (let at = 0; at < files; at += 1) {
      writeFileSync(path, randomBytes(1_000_000));
      await ended(await client.tenants.addFile({ tenant, path, name: `scan-${at}.bin` }));
    }
    await ended(await client.backups.createBackup({ scope: { tenant } }));
    snapshot = (await client.backups.getBackupHistory({ tenant })).items[0]?.id ?? '';
  });
  await stand.serve(environment);
  const folder = join(stand.folder, 'restored');
  const words = ['restore', 'run', '--tenant', tenant, '--snapshot', snapshot, '--to', `folder:${folder}`];
  const started = await stand.command([...words, '--reason', 'a look', '--detach', '--json'], environment);
  const { jobId } = z.object({ jobId: z.string() }).parse(JSON.parse(started));
  while (filesIn(`${folder}.holdfast-partial`) < 3) await setTimeout(1);
  await stand.kill();
  expect(existsSync(folder)).toBe(false);

  const page = await stand.open();
  await page.goto(await stand.serve(environment));
  await signIn(page);
  const address = `/backups/restore?tenant=${tenant}&snapshot=${snapshot}&to=folder&step=run&job=${jobId}`;
  await page.goto(new URL(address, page.url()).href);
  await expect(page.getByText(/The folder is there only if it is complete/)).toBeVisible();
  if (process.env.HOLDFAST_SHOT)
    await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.unfinished.png` });
  await page.getByRole('button', { name: 'Resume the restore…' }).click();
  const dialog = page.getByRole('dialog');
  const resume = dialog.getByRole('button', { name: 'Resume the restore' });
  await expect(resume).toBeDisabled();
  await dialog.getByLabel('Reason').fill('The host was killed');
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.dialog.png` });
  await resume.click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.result.png` });
  expect(filesIn(join(folder, 'files'))).toBe(files);

  await page.goto(new URL(`/jobs/${jobId}`, page.url()).href);
  await page.getByRole('button', { name: 'Resume the restore…' }).click();
  await dialog.getByLabel('Reason').fill('Once more');
  await resume.click();
  await expect(dialog.getByText(/was resumed or taken back already/)).toBeVisible();
  expect(stand.complaints).toEqual([]);
}, 120_000);
