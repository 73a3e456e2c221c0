import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect } from './expect.ts';

export const passphrase = 'four words nobody guesses';

/** The first run from the one-time link to the dashboard. Answers the recovery key. */
export async function firstRun(
  page: Page,
  link: string,
  secrets: 'keychain' | 'passphrase',
): Promise<string> {
  await page.goto(link);
  const next = page.getByRole('button', { name: 'Next' });
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeFocused();
  await next.click();
  await page.getByLabel('Your name').fill('Ada Obi');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByLabel('The passphrase again').fill(passphrase);
  await next.click();
  const place =
    secrets === 'keychain' ? /In this system’s keychain/ : /Sealed under the operators’ passphrases/;
  await page.getByRole('radio', { name: place }).check();
  await next.click();
  await page.getByRole('radio', { name: /Inside the data folder/ }).check();
  await next.click();
  await page.getByRole('button', { name: 'Create the installation' }).click();
  await page.getByRole('heading', { name: 'Recovery key' }).waitFor();
  const groups = await recoveryKeyGroups(page);
  await savesPdf(page, 'Save the recovery kit (PDF)', /^holdfast-recovery-kit\.pdf$/);
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await typeBack(page, groups);
  await page.getByRole('button', { name: 'Go to the dashboard' }).click();
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  return groups.join('-');
}

/** Presses a button that saves a PDF. */
export async function savesPdf(page: Page, button: string, name: RegExp): Promise<void> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(name);
  expect(
    readFileSync(await saved.path())
      .subarray(0, 8)
      .toString(),
  ).toBe('%PDF-1.7');
}

export async function recoveryKeyGroups(page: Page): Promise<string[]> {
  await page.getByRole('button', { name: 'Print' }).waitFor();
  const texts = await page.locator('[translate="no"]').allTextContents();
  expect(texts).toHaveLength(11);
  return texts;
}

/** The two groups that are asked for. */
export async function typeBack(page: Page, groups: readonly string[], submit = 'Confirm'): Promise<void> {
  const fields = page.getByRole('textbox', { name: /^Group \d+$/ });
  await expect(fields).toHaveCount(2);
  for (const field of await fields.all()) {
    const id = (await field.getAttribute('id')) ?? '';
    const label = (await page.locator(`label[for="${id}"]`).textContent()) ?? '';
    await field.fill(groups[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
  await page.getByRole('button', { name: submit, exact: true }).click();
}

/** Opens a section of the sidebar. */
export async function goTo(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: section }).click();
  await page.getByRole('heading', { level: 1, name: section }).waitFor();
}

export async function addSample(page: Page): Promise<void> {
  await goTo(page, 'Tenants');
  await page.getByRole('button', { name: 'Add sample data' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add sample data' }).click();
  await page.getByRole('button', { name: 'Open the sample' }).click({ timeout: 60_000 });
  await page.getByRole('heading', { level: 1, name: 'Chinook Music (sample)' }).waitFor();
}

export async function signIn(page: Page, name = 'Ada Obi', words = passphrase): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Passphrase', { exact: true }).fill(words);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Sections' }).waitFor();
}
