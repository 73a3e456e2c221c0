import { existsSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { afterEach, beforeEach, test } from 'vitest';
import { s3Credentials, startS3Server } from '../../doubles/s3-server.ts';
import { startSftpServer } from '../../doubles/sftp-server.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { loseMachine } from './lost-machine.ts';
import { firstRun, goTo, passphrase, recoveryKeyGroups, savesPdf, signIn, typeBack } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** From the place of the backups to the summary. */
async function plan(page: Page, recoveryKey: string, secret: string): Promise<void> {
  await press(page, 'Look into it');
  await page.getByRole('table', { name: 'Backups of the tenants' }).waitFor();
  await press(page, 'Next');
  await page.getByLabel('Recovery key').fill(recoveryKey);
  await expect(page.getByText('It is whole: its checksum fits.')).toBeVisible();
  await press(page, 'Check the key');
  await expect(page.getByRole('cell', { name: 'Globex' })).toBeVisible();
  await press(page, 'Next');
  await page.getByRole('radio', { name: /Sealed under/ }).check();
  await page.getByLabel('That operator’s passphrase').fill(secret);
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
}

test('a lost machine comes back in the wizard, with what is wrong told on the way', async () => {
  const { target, recoveryKey } = await loseMachine(stand);
  const page = await stand.open();
  await page.goto(await stand.serve());

  // restoring is a choice like the other
  await page.getByRole('radio', { name: /Restore an installation/ }).check();
  await press(page, 'Next');
  await press(page, 'Look into it');
  await expect(page.getByText('Enter the whole path of the folder.')).toBeVisible();
  await page.getByLabel('Path of the backup folder').fill(stand.folder);
  await press(page, 'Look into it');
  await expect(page.getByText(/There are no backups of an installation in this folder/)).toBeVisible();
  await page.getByLabel('Path of the backup folder').fill(target);
  await press(page, 'Look into it');
  const found = page.getByRole('table', { name: 'Backups of the tenants' });
  await expect(found.getByRole('row')).toHaveCount(3);
  await press(page, 'Next');

  // the key, wrong in each way
  const key = page.getByLabel('Recovery key');
  await key.fill(recoveryKey.slice(0, 30));
  await expect(page.getByText('25 of 55 characters')).toBeVisible();
  await key.fill(`${recoveryKey.slice(0, 6)}U${recoveryKey.slice(7)}`);
  await expect(page.getByText(/look at group 2/)).toBeVisible();
  const other = recoveryKey.startsWith('A') ? 'B' : 'A';
  await key.fill(`${other}${recoveryKey.slice(1)}`);
  await expect(page.getByText(/its checksum does not fit/)).toBeVisible();
  await key.fill(recoveryKey.toLowerCase().replaceAll('-', ' '));
  await press(page, 'Check the key');
  await expect(page.getByRole('cell', { name: 'Acme' })).toBeVisible();
  await press(page, 'Next');
  await page.getByRole('radio', { name: /Sealed under/ }).check();
  await page.getByLabel('That operator’s passphrase').fill('not the passphrase of anybody');
  await press(page, 'Next');

  // a failure leaves nothing, and leads back to what was wrong
  await press(page, 'Start the recovery');
  await expect(
    page.getByText('The recovery did not succeed. The data folder is as empty as before.'),
  ).toBeVisible({
    timeout: 60_000,
  });
  expect(existsSync(`${stand.dataFolder}.recovering`)).toBe(false);
  await press(page, 'Go to “Master key” to change it');
  await page.getByLabel('That operator’s passphrase').fill(passphrase);
  await press(page, 'Next');
  await expect(page.getByText(/2, each from its newest backup/)).toBeVisible();
  const second = new Date().toISOString().slice(0, 19);
  await page.getByLabel('As of an earlier moment').fill(second);
  await expect(page.getByText(/Who was made after that moment/)).toBeVisible();
  await expect(page.getByText(`--at ${second}.000Z`)).toBeVisible();
  await press(page, 'Start the recovery');

  await expect(page.getByRole('heading', { name: 'The installation is back' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/, with the audit log of .*each tenant as of that moment/)).toBeVisible();
  const recovered = page.getByRole('table', { name: 'Recovered tenants' });
  await expect(recovered.getByRole('row', { name: /^Acme .* 40$/ })).toBeVisible();
  await expect(page.getByText(/entr(y|ies) of the audit log (is|are) lost/)).toBeVisible();
  // the end is shown until it was seen
  await page.reload();
  await expect(recovered).toBeVisible();
  await press(page, 'Sign in');
  await signIn(page);
  await goTo(page, 'Tenants');
  await page.getByRole('link', { name: 'Globex' }).click();
  await page.goto(
    new URL(`${new URL(page.url()).pathname}/data?collection=people&document=globex-7`, page.url()).href,
  );
  await expect(page.getByRole('complementary', { name: 'globex-7' })).toBeVisible();
  await goTo(page, 'Audit log');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await expect(page.getByText('Nothing was changed, cut or taken away.')).toBeVisible({ timeout: 30_000 });
  // the host answers commands of this machine as before
  await stand.command(['status', '--operator', 'Ada Obi', '--json'], { HOLDFAST_PASSPHRASE: passphrase });
  expect(stand.complaints.filter((text) => !text.includes('/rpc'))).toEqual([]);
}, 240_000);

test('it comes back from another machine too; a recovery goes on when its page is closed, and is shown to the next one', async () => {
  const { target, recoveryKey } = await loseMachine(stand);
  const [s3, sftp] = await Promise.all([startS3Server(), startSftpServer()]);
  try {
    const link = await stand.serve();
    const page = await stand.open();
    await page.goto(link);
    await page.getByRole('radio', { name: /Restore an installation/ }).check();
    await press(page, 'Next');
    const field = (name: string) => page.getByRole('textbox', { name, exact: true });

    await page.getByRole('radio', { name: 'S3 bucket' }).check();
    await press(page, 'Look into it');
    await expect(page.getByText('Fill in every field that is marked with a star.')).toBeVisible();
    const { endpoint, bucket } = s3.location();
    await field('Server').fill(endpoint);
    await field('Bucket').fill(bucket);
    await field('Access key id').fill('SOMEBODY');
    await field('Secret access key').fill(s3Credentials.secretAccessKey);
    await field('Folder they are brought to').fill(`${stand.dataFolder}-brought`);
    await press(page, 'Look into it');
    await expect(page.getByText(/does not accept these credentials/)).toBeVisible();
    await field('Access key id').fill(s3Credentials.accessKeyId);
    await press(page, 'Look into it');
    await expect(page.getByText(/There are no backups of an installation there/)).toBeVisible();

    const place = sftp.location(target);
    const key = place.credentials?.kind === 'private-key' ? place.credentials.privateKey : '';
    await page.getByRole('radio', { name: 'SFTP server' }).check();
    await field('Server').fill(place.host);
    await field('Port').fill(String(place.port));
    await field('User').fill(place.username);
    await field('Folder on the server').fill(place.path);
    await field('Private key').fill(key);
    await press(page, 'Look into it');
    await expect(page.getByText(place.hostKey)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Look into it' })).toBeDisabled();
    await page.getByRole('checkbox', { name: 'The fingerprints are the same' }).check();
    await plan(page, recoveryKey, passphrase);
    await expect(page.getByText(`--host-key ${place.hostKey}`)).toBeVisible();
    await expect(page.getByText('PRIVATE KEY')).toBeHidden();
    await press(page, 'Start the recovery');
    await page.getByRole('heading', { name: 'Recovery', exact: true }).waitFor();
    await page.goto('about:blank');
    await page.goto(new URL('/', link).href);
    await expect(page.getByRole('heading', { name: 'The installation is back' })).toBeVisible({
      timeout: 60_000,
    });
    await press(page, 'Sign in');
    await signIn(page);
    await page.goto(new URL('/backups/targets', page.url()).href);
    const first = page.getByRole('table', { name: 'Backup targets' }).getByRole('row', { name: /First/ });
    await expect(first).toContainText(`${stand.dataFolder}-brought`);
  } finally {
    await Promise.all([s3.close(), sftp.close()]);
  }
}, 240_000);

test('the recovery key is replaced in the settings, and the old one opens nothing', async () => {
  const page = await stand.open();
  const old = await firstRun(page, await stand.serve(), 'passphrase');
  await page.goto(new URL('/settings', page.url()).href);
  await press(page, 'Replace…');
  await page.getByLabel('Reason').fill('The kit was left in a train');
  await press(page, 'Make a new key');
  const groups = await recoveryKeyGroups(page);
  expect(groups.join('-')).not.toBe(old);
  await savesPdf(page, 'Save the recovery kit (PDF)', /^holdfast-recovery-kit\.pdf$/);
  await press(page, 'I have written it down');
  const fields = page.getByRole('textbox', { name: /^Group \d+$/ });
  for (const field of await fields.all()) await field.fill('AAAAA');
  await press(page, 'Replace the key');
  await expect(page.getByText(/does not match the recovery key/).first()).toBeVisible();
  await typeBack(page, groups, 'Replace the key');
  await expect(page.getByText(/The new key opens \d+ repositor/)).toBeVisible();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByText('Typed back, so it was written down')).toBeVisible();
  await goTo(page, 'Audit log');
  await expect(page.getByRole('row', { name: /Recovery key replaced/ }).first()).toBeVisible();
  expect(stand.complaints.filter((text) => !text.includes('/rpc'))).toEqual([]);
}, 240_000);
