import { writeFileSync } from 'node:fs';
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
beforeEach(async () => {
  stand = new ConsoleStand();
  await prepare(stand.dataFolder, async (client) => {
    ({ id: tenant } = await client.tenants.createTenant({ name: 'Acme', tier: 'standard' }));
    const order = { tenant, collection: 'orders', id: 'order-1' };
    await client.tenants.putDocument({ ...order, value: { total: 17, open: true } });
  });
  const link = await stand.serve({ HOLDFAST_PASSPHRASE: passphrase });
  page = await stand.open();
  await page.goto(link);
  await signIn(page);
});
afterEach(async () => {
  expect(stand.complaints.filter((complaint) => !complaint.includes('409'))).toEqual([]);
  await stand.close();
});

async function edit(window: Page): Promise<void> {
  await window.goto(new URL(`/tenants/${tenant}/data?collection=orders&document=order-1`, page.url()).href);
  await window.getByRole('button', { name: 'Edit', exact: true }).click();
}
const text = (window: Page) => window.getByLabel('Document (JSON)');
const save = (window: Page) => window.getByRole('button', { name: /^Save/ }).click();

test('a document that somebody else changes meanwhile is compared, and either text can be saved', async () => {
  const other = await page.context().newPage();
  await edit(page);
  await edit(other);
  await text(other).fill('{"total": 18, "open": true}');
  await save(other);
  await expect(text(other)).toHaveCount(0);

  await text(page).fill('{"total": 17, "open": false}');
  await save(page);
  await expect(page.getByText('Somebody changed this document meanwhile')).toBeVisible();
  const difference = page.getByRole('dialog').locator('pre');
  await expect(difference).toContainText('18');
  await expect(text(page)).toHaveValue('{"total": 17, "open": false}');
  await page.getByRole('button', { name: 'Take their text' }).click();
  await expect(difference).toContainText('Nothing differs.');
  await text(page).fill('{"total": 18, "open": false}');
  await page.getByRole('button', { name: 'Save over theirs' }).click();
  await expect(text(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Revision 3' })).toBeVisible();
});

test('a document that somebody else deletes meanwhile can be saved again', async () => {
  const other = await page.context().newPage();
  await edit(page);
  await edit(other);
  await other.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await other.getByRole('button', { name: 'Delete', exact: true }).click();
  await other.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(other.getByText('This document is deleted.')).toBeVisible();
  await save(page);
  await expect(page.getByText('Somebody deleted this document meanwhile')).toBeVisible();
  await page.getByRole('button', { name: 'Save over theirs' }).click();
  await expect(text(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Revision 3' })).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export collection' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.jsonl$/);
  await expect(page.getByText('The export was saved by your browser.')).toBeVisible();
});

test('a file on its way shows how far it is, and can be called back', async () => {
  const file = join(stand.folder, 'big.bin');
  writeFileSync(file, Buffer.alloc(64 * 1024 * 1024, 7));
  await page.goto(new URL(`/tenants/${tenant}/files`, page.url()).href);
  await page.getByRole('button', { name: 'Add file' }).first().click();
  const dialog = page.getByRole('dialog');
  const session = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 4 * 1024 * 1024 };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slow);
  await dialog.locator('input[type=file]').setInputFiles(file);
  await dialog.getByRole('button', { name: 'Add file' }).click();
  const bar = dialog.getByRole('progressbar', { name: 'Sending the file to Holdfast' });
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByText('It was cancelled.')).toBeVisible();
  await session.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await dialog.getByRole('button', { name: 'Add file' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('big.bin').first()).toBeVisible();
}, 90_000);
