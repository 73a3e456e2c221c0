import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { filesOf } from '../../doubles/bundle-files.ts';
import { png } from '../../doubles/png.ts';
import { VerifyPage } from '../bundle/verify-page.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('a log is exported for an auditor with what was chosen, and the page from the same place finds it sound', async () => {
  await prepare(stand.dataFolder, async (client) => {
    const { id } = await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' });
    await client.audit.logAction({
      tenant: id,
      action: 'invoice.send',
      reason: 'The quarter is over',
      facts: {},
    });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit', page.url()).href);

  await page.getByRole('button', { name: 'Export for an auditor…' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Log of' }).fill('acme');
  await page.getByRole('option', { name: 'Acme (acme)' }).click();

  await dialog.getByRole('checkbox', { name: 'Reasons that were given (2)' }).check();
  await dialog.getByLabel('From').fill('2040-01-01T00:00:00');
  await expect(dialog.getByText('The log has no entries in that period')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Export', exact: true })).toBeDisabled();
  await dialog.getByLabel('From').fill('');
  await expect(
    dialog.getByText(/entries of the period; the file holds the log from entry 0 to/),
  ).toBeVisible();
  await expect(dialog.getByText(/audit export --tenant acme --openings reasons --out acme/)).toBeVisible();
  await dialog.getByRole('checkbox', { name: 'SOC 2' }).check();
  await expect(dialog.getByText('A report is of a period.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Export', exact: true })).toBeDisabled();
  await dialog.getByLabel('From').fill('2020-01-01T00:00:00');
  await dialog.getByLabel('Until').fill('2040-01-01T00:00:00');
  await dialog.getByText('Controls: 26 of 26').click();
  for (const control of [/^A1\.3/, /^P8 /]) await dialog.getByRole('checkbox', { name: control }).uncheck();
  await expect(dialog.getByText('Controls: 24 of 26')).toBeVisible();
  await dialog.getByLabel('Notes in the report on SOC 2').fill('For the audit of spring.');
  const logo = join(stand.folder, 'logo.png');
  writeFileSync(logo, png({ width: 60, height: 20 }));
  await dialog.locator('input[type=file]').setInputFiles(logo);
  await expect(
    dialog.getByText(
      /--from 2020\S+ --to 2040\S+ --standard soc2 --controls soc2=\S+ --notes 'soc2=For the audit of spring.' --logo logo.png --openings reasons/,
    ),
  ).toBeVisible();

  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  const bundle = readFileSync(await (await saved).path());
  expect((await saved).suggestedFilename()).toBe('acme.hfbundle.zip');
  const openings = String(filesOf(bundle).get('openings.jsonl'));
  expect(openings).toContain('The quarter is over');
  expect(openings).not.toContain('who.name');

  expect(JSON.parse(String(filesOf(bundle).get('controls.json'))).standards[0]).toMatchObject({
    chosen: expect.not.arrayContaining(['A1.3']),
    notes: 'For the audit of spring.',
  });

  const key = (await dialog.getByText(/\/e1\/k1\+/).innerText()).trim();
  const handedOut = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save verify.html' }).click();
  const [file, html] = [join(stand.folder, 'acme.hfbundle.zip'), join(stand.folder, 'verify.html')];
  writeFileSync(file, bundle);
  writeFileSync(html, readFileSync(await (await handedOut).path()));
  expect(readFileSync(html).equals(filesOf(bundle).get('verify.html') ?? Buffer.alloc(0))).toBe(true);
  const verifier = await VerifyPage.open(html);
  expect(await verifier.check(file, key)).toMatchObject({
    tone: 'good',
    title: '✓ Verified',
    text: expect.stringMatching(/soc2 CC6.3\s+Rights by role\s+Evidence for/),
  });
  await verifier.close();
});
