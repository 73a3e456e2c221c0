import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
let page: Page;
let tenant: string;
let folder: string;

beforeEach(async () => {
  stand = new ConsoleStand();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-protected-'));
  await prepare(stand.dataFolder, async (client) => {
    ({ id: tenant } = await client.tenants.createTenant({ name: 'Acme', tier: 'standard' }));
  });
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  page = await stand.open();
  await page.goto(link);
  await signIn(page);
});
afterEach(async () => {
  expect(stand.complaints).toEqual([]);
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a folder is looked at, protected, backed up, and comes back in parts', async () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/kept.txt'), 'kept');
  writeFileSync(join(folder, 'left.tmp'), 'left');
  await page.goto(new URL(`/tenants/${tenant}/folders`, page.url()).href);
  await page.getByRole('button', { name: 'Protect a folder' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder of this machine').fill(folder);
  await dialog.getByLabel('Left out').fill('*.tmp');
  await dialog.getByRole('button', { name: 'Look what is in it' }).click();
  await expect(dialog.getByText('Files: 1, 4 B. Folders: 1. SQLite databases: 0.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Protect folder' }).click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole('grid').getByRole('row').nth(1).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByText(/^Files: 1, 4 B\. Added to the backup: /)).toBeVisible();

  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  const to = join(stand.folder, 'restored');
  await dialog.getByLabel('Restore to this folder').fill(to);
  await dialog.getByLabel('Only these').fill('sub');
  await dialog.getByLabel('Reason').fill('a rehearsal');
  await dialog.getByRole('button', { name: 'Look what it would do' }).click();
  await expect(dialog.getByText(/^Files: 1, 4 B\. Free there: /)).toBeVisible();
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(dialog.getByText('Each was read again and is what was saved')).toBeVisible();
  expect(readFileSync(join(to, 'sub/kept.txt'), 'utf8')).toBe('kept');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Protect no longer' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Protect no longer' }).click();
  await expect(page.getByText('No protected folders')).toBeVisible();
}, 90_000);
