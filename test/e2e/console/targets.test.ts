import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterEach, beforeEach, test } from 'vitest';
import { S3StandIn } from '../../doubles/s3-stand-in.ts';
import { startSftpServer } from '../../doubles/sftp-server.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

/** Of the list of targets: others tell of them too. */
const targetRow = (page: Page, name: RegExp) =>
  page.getByRole('table', { name: 'Backup targets' }).getByRole('row', { name });

test('a further target is added, tried, brought up to date, restored from, missed while it is away, and removed', async () => {
  const folder = `${stand.dataFolder}-copies`;
  mkdirSync(folder);
  let [own, tenant] = ['', ''];
  await prepare(stand.dataFolder, async (client, ended) => {
    own = join(folder, (await client.suite.getInstallation({})).id);
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    await client.tenants.createTenant({ name: 'Small', tier: 'free' });
    await ended(await client.backups.createBackup({ scope: { all: true } }));
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/backups/targets', page.url()).href);

  await page.getByRole('button', { name: 'Add a target' }).click();
  const dialog = page.getByRole('dialog');
  const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
  await field('Name').fill('Second disk');
  await field('Folder').fill(`${folder}-missing`);
  await dialog.getByRole('button', { name: 'Test and add' }).click();
  await expect(dialog.getByText('There is no such folder.', { exact: false })).toBeVisible();
  await field('Folder').fill(folder);
  await dialog.getByRole('button', { name: 'Test and add' }).click();
  const row = targetRow(page, /Second disk/);
  await expect(row.getByText('2 behind')).toBeVisible();

  await row.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/^Second disk works: .* free\.$/)).toBeVisible();
  await row.getByRole('button', { name: 'Synchronise' }).click();
  await expect(page.getByText(/files copied, .*; 0 removed\./)).toBeVisible({ timeout: 60_000 });
  await expect(row.getByText('Up to date')).toBeVisible({ timeout: 30_000 });
  const lag = page.getByRole('table', { name: 'What Second disk has copies of' });
  await expect(lag.getByRole('row', { name: /Acme/ })).toBeVisible();
  await expect(lag.getByRole('row', { name: /Small/ })).toBeHidden();

  const change = async (kind: string) => {
    await row.getByRole('button', { name: 'Change…' }).click();
    await dialog.getByRole('radio', { name: kind }).check();
    await dialog.getByRole('button', { name: 'Save changes' }).click();
  };
  await change('Some tenants');
  await expect(row.getByText('Copies of the installation only')).toBeVisible();
  const left = page.getByRole('table', { name: 'What lies on Second disk and is no longer updated' });
  await expect(left.getByRole('row', { name: /Acme.*Stays/ })).toBeVisible();
  await change('Every tenant whose tier has replication');
  await expect(left).toBeHidden();

  const first = join(stand.dataFolder, 'repositories', tenant);
  renameSync(first, `${first}-lost`);
  const next = page.getByRole('button', { name: 'Next' });
  await page.goto(new URL(`/backups/restore?tenant=${tenant}&step=when`, page.url()).href);
  await page.getByRole('row', { name: /full/i }).first().click();
  await page.getByRole('combobox', { name: 'Read from' }).selectOption('Second disk');
  await next.click();
  await page.getByRole('radio', { name: /^Into a folder/ }).check();
  await page.getByLabel('Whole path of the folder').fill(`${folder}-restored`);
  await next.click();
  await expect(page.getByText(/^Nothing that exists is changed/)).toBeVisible({ timeout: 30_000 });
  await next.click();
  await expect(page.getByText('Read from the copy on')).toBeVisible();
  await page.getByLabel('Reason').fill('The first target is lost');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  expect(existsSync(join(`${folder}-restored`, 'data.db'))).toBe(true);
  renameSync(`${first}-lost`, first);
  await page.goto(new URL('/backups/targets', page.url()).href);

  renameSync(own, `${own}-elsewhere`);
  await row.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/The backup target cannot be reached/)).toBeVisible();
  await expect(row.getByText('Away')).toBeVisible({ timeout: 30_000 });
  renameSync(`${own}-elsewhere`, own);

  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove target' }).click();
  await expect(row).toBeHidden();
  expect(existsSync(join(own, 'repositories', 'installation', 'config'))).toBe(true);
});

test('a bucket and an SFTP server are tried before they are kept; a host key is confirmed first', async () => {
  const s3 = new S3StandIn();
  const [sftp] = await Promise.all([startSftpServer(), s3.start()]);
  try {
    await prepare(stand.dataFolder, async (client, ended) => {
      await ended(await client.backups.createBackup({ scope: { all: true } }));
    });
    const page = await stand.open({ timezoneId: 'UTC' });
    await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
    await signIn(page);
    await page.goto(new URL('/backups/targets', page.url()).href);
    const dialog = page.getByRole('dialog');
    const field = (name: string) => dialog.getByRole('textbox', { name, exact: true });
    const open = async (kind: string, name: string) => {
      await page.getByRole('button', { name: 'Add a target' }).click();
      await page.getByRole('radio', { name: kind }).check();
      await field('Name').fill(name);
    };
    const submit = dialog.getByRole('button', { name: 'Test and add' });

    const { endpoint, bucket, region, credentials } = s3.location();
    await open('S3 bucket', 'Cellar');
    await field('Server').fill(endpoint);
    await field('Bucket').fill(bucket);
    await field('Region').fill(region);
    await field('Access key id').fill(credentials?.accessKeyId ?? '');
    await field('Secret access key').fill('wrong');
    await submit.click();
    await expect(dialog.getByText(/does not accept these credentials/)).toBeVisible();
    await field('Secret access key').fill(credentials?.secretAccessKey ?? '');
    await submit.click();
    const row = targetRow(page, /Cellar/);
    await expect(row.getByText('Ready')).toBeVisible();
    await row.getByRole('button', { name: 'Synchronise' }).click();
    await expect(row.getByText('Up to date')).toBeVisible({ timeout: 60_000 });

    const place = sftp.location();
    const key = place.credentials?.kind === 'private-key' ? place.credentials.privateKey : '';
    await open('SFTP server', 'Rack');
    await field('Server').fill(place.host);
    await field('Port').fill(String(place.port));
    await field('User').fill(place.username);
    await field('Folder on the server').fill(place.path);
    await field('Private key').fill(key);
    await submit.click();
    await expect(dialog.getByRole('alert').or(dialog.getByText(place.hostKey)).first()).toBeVisible();
    await expect(submit).toBeDisabled();
    await dialog.getByRole('checkbox', { name: 'The fingerprints are the same' }).check();
    await submit.click();
    const rack = targetRow(page, /Rack/);
    await expect(rack.getByText('Ready')).toBeVisible();

    await rack.getByRole('button', { name: 'Change…' }).click();
    await field('Name').fill('Rack 7');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await expect(targetRow(page, /Rack 7/)).toBeVisible();
    await expect(page.getByText('PRIVATE KEY')).toBeHidden();
  } finally {
    await Promise.all([sftp.close(), s3.close()]);
  }
});
