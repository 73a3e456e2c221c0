import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { filesOf } from '../../doubles/bundle-files.ts';
import { png } from '../../doubles/png.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('a report is built of chosen controls with notes and a logo, and comes out as it was chosen; a lesser tier has the standard one', async () => {
  await prepare(stand.dataFolder, async (client) => {
    await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' });
    await client.tenants.createTenant({ name: 'Bolt', tier: 'professional' });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit', page.url()).href);
  await page.getByRole('link', { name: 'Compliance reports' }).click();

  const tenant = page.getByRole('combobox', { name: 'Of', exact: true });
  const choose = async (name: string) => {
    await tenant.fill(name);
    await page.getByRole('option', { name: new RegExp(`^${name}`) }).click();
  };
  await choose('Bolt');
  await expect(page.getByText('In this tier reports are standard ones')).toBeVisible();
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await choose('Acme');
  await page.getByRole('combobox', { name: 'Standard' }).selectOption('GDPR');
  const row = page.getByRole('row').filter({ hasText: 'Art. 19' });
  await expect(row).toContainText('Not applicable');
  await page.getByRole('checkbox', { name: 'All controls' }).uncheck();
  await page.getByRole('checkbox', { name: 'Put Art. 32 into the report' }).check();
  await page.getByLabel('Notes').fill('For the audit of spring.');
  const logo = join(stand.folder, 'logo.png');
  const input = page.locator('input[type=file]');
  writeFileSync(logo, 'no picture');
  await input.setInputFiles(logo);
  await page.getByRole('button', { name: 'Make the report' }).click();
  await expect(page.getByText('The logo is no PNG or JPEG that can be printed')).toBeVisible();
  writeFileSync(logo, png({ width: 60, height: 20 }));
  await input.setInputFiles([]);
  await input.setInputFiles(logo);
  await expect(
    page.getByText(/holdfast report --standard gdpr --tenant acme .*--controls 'Art. 32'/),
  ).toBeVisible();

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Make the report' }).click();
  const file = await (await saved).path();
  expect((await saved).suggestedFilename()).toBe('acme-gdpr.pdf');
  await expect(page.getByText('The report is made', { exact: true })).toBeVisible();
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  expect(text).toContain('For the audit of spring.');
  expect(text).toContain('Art. 32');
  expect(text).not.toContain('Art. 33');
  expect(execFileSync('pdfimages', ['-list', file], { encoding: 'utf8' })).toMatch(/image +60 +20/);

  await page.reload();
  await page.getByRole('combobox', { name: 'File' }).selectOption('Export of the log with the report');
  await page.getByRole('checkbox', { name: 'All controls' }).uncheck();
  await page.getByRole('checkbox', { name: 'Put Art. 32 into the report' }).check();
  await page.getByLabel('Notes').fill('For the audit of autumn.');
  const exported = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Make the report' }).click();
  expect((await exported).suggestedFilename()).toBe('acme.hfbundle.zip');
  const files = filesOf(readFileSync(await (await exported).path()));
  expect([...files.keys()]).toContain('report-gdpr.pdf');
  expect(JSON.parse(String(files.get('controls.json'))).standards).toMatchObject([
    {
      standard: 'gdpr',
      chosen: ['Art. 32'],
      notes: 'For the audit of autumn.',
      controls: [{ id: 'Art. 32' }],
    },
  ]);
  await expect(page.getByRole('button', { name: 'Save verify.html' })).toBeVisible();
});
