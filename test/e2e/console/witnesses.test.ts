import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { afterEach, beforeEach, test } from 'vitest';
import { otherInstallation } from '../../doubles/other-installation.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

async function saved(page: Page, submit: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: submit, exact: true }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('files go to a witness and come back, and the other way round', async () => {
  const other = otherInstallation();
  await prepare(stand.dataFolder, async () => {});
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/witnesses', page.url()).href);
  await page.getByRole('button', { name: 'Add a witness…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Key for cosigning').fill(other.witnessKey);
  await dialog.getByLabel('Called').fill('Firm B');
  await dialog.getByRole('button', { name: 'Add witness', exact: true }).click();
  await expect(page.getByRole('table').getByText('Firm B')).toBeVisible();

  await page.getByRole('button', { name: 'Ask for a cosignature…' }).click();
  const request = await saved(page, 'Save the request');
  await page.getByRole('button', { name: 'Take a cosigned checkpoint…' }).click();
  const taken = file('cosigned.txt', other.cosigned(request));
  await dialog.locator('input[type=file]').setInputFiles(taken);
  await dialog.getByRole('button', { name: 'Take it', exact: true }).click();
  const horizon = page.getByText(/Proven to entry \d+ by witness Firm B at 2026-09-21 14:13:20/);
  await expect(horizon.first()).toBeVisible();

  await page.getByRole('button', { name: 'Cosign a checkpoint…' }).click();
  await dialog.locator('input[type=file]').setInputFiles(file('request.txt', other.request));
  await dialog.getByRole('button', { name: 'Cosign and save', exact: true }).click();
  await expect(dialog.getByText(/is not known here yet/)).toBeVisible();
  await dialog.getByLabel('Verifier key of that log').fill(other.key);
  expect(await saved(page, 'Cosign and save')).toMatch(/\/e1\/witness /);
  await expect(page.getByText(other.origin)).toBeVisible();

  await page.goto(new URL('/audit', page.url()).href);
  await expect(horizon.first()).toBeVisible();
});
