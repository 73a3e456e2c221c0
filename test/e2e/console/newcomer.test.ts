import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { addSample, firstRun, goTo, savesPdf } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('a newcomer: owner, sample data, a backup, a lost document, a restore and the way back', async () => {
  const page = await stand.open();
  const recoveryKey = await firstRun(page, await stand.serve(), 'keychain');
  await addSample(page);
  const tenant = /tenants\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';

  // a backup of the sample
  await page.getByRole('link', { name: 'Backups of this tenant' }).click();
  await page.getByRole('button', { name: 'Back up', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Back up this tenant' }).click();
  await page.getByText(/1 snapshot made/).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();

  // a document is lost
  await page.goto(new URL(`/tenants/${tenant}/data?collection=customers&document=5`, page.url()).href);
  const details = page.getByRole('complementary', { name: '5' });
  await expect(details.getByText('Wichterlová')).toBeVisible();
  await details.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(details.getByText('This document is deleted.')).toBeVisible();

  // the restore wizard, reloaded at each step
  await goTo(page, 'Backups');
  await page.getByRole('link', { name: 'Restore…' }).click();
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await expect(page.getByText('Choose what should come back.')).toBeVisible();
  await page.getByRole('radio', { name: 'A tenant' }).check();
  await page.getByRole('combobox', { name: 'Tenant' }).fill('chinook');
  await page.getByRole('option', { name: /^Chinook Music/ }).click();
  await next.click();
  await page.reload();
  await page.getByRole('grid', { name: 'Snapshots' }).getByRole('row').nth(1).click();
  await next.click();
  await page.reload();
  await page.getByRole('radio', { name: /In place/ }).check();
  await next.click();
  const changes = page.getByRole('table', { name: 'What would change in the tenant’s data' });
  await expect(changes.getByRole('row', { name: /^customers/ })).toHaveText(/customers\s*1\s*0\s*0/);
  await page.reload();
  await expect(changes).toBeVisible();
  await next.click();
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/At least three characters/).first()).toBeVisible();
  await page.getByLabel('Reason').fill('Customer 5 was deleted by mistake');
  await page.reload();
  await expect(page.getByLabel('Reason')).toHaveValue('Customer 5 was deleted by mistake');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  await savesPdf(page, 'Save the report (PDF)', /^holdfast-restore-[0-9a-f-]{36}\.pdf$/);

  await page.getByRole('link', { name: 'Go to the tenant' }).click();
  await page.goto(new URL(`/tenants/${tenant}/data?collection=customers&document=5`, page.url()).href);
  await expect(details.getByText('Wichterlová')).toBeVisible();

  // and back again, from where it can be found later
  await page.goto(new URL('/backups/restores', page.url()).href);
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByLabel('Reason').fill('It was no mistake');
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByText('The state before the restore is back.')).toBeVisible({ timeout: 60_000 });
  await page.goto(new URL(`/tenants/${tenant}/data?collection=customers&document=5`, page.url()).href);
  await expect(details.getByText('This document is deleted.')).toBeVisible();

  // the record tells it, and is whole
  await goTo(page, 'Audit log');
  await expect(page.getByRole('row', { name: /Restore taken back/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await expect(page.getByText('Nothing was changed, cut or taken away.')).toBeVisible({ timeout: 30_000 });

  await stand.stop();
  const repository = join(stand.dataFolder, 'repositories', tenant);
  const checked = execFileSync('restic', ['-r', repository, '--no-cache', 'check', '--read-data'], {
    env: { ...process.env, RESTIC_PASSWORD: recoveryKey },
    encoding: 'utf8',
  });
  expect(checked).toContain('no errors were found');
  expect(stand.complaints.filter((text) => !text.includes('/rpc'))).toEqual([]);
}, 240_000);
