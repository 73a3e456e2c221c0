import { afterEach, beforeEach, test } from 'vitest';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
let authority: TimestampAuthority;
beforeEach(async () => {
  stand = new ConsoleStand();
  authority = await TimestampAuthority.open();
});
afterEach(async () => {
  await stand.close();
  await authority.close();
});

test('an authority is set, stamps the log, and is named by the horizon; what went wrong is shown', async () => {
  await prepare(stand.dataFolder, async () => {});
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/witnesses', page.url()).href);
  await page.getByRole('button', { name: 'Set an authority…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill(authority.url);
  await dialog
    .locator('input[type=file]')
    .setInputFiles({ name: 'ca.pem', mimeType: 'text/plain', buffer: Buffer.from(authority.ca) });
  await dialog.getByRole('button', { name: 'Set authority', exact: true }).click();
  await expect(page.getByText(/Nothing was stamped yet/)).toBeVisible();

  authority.answer = (_, response) => response.end('<html>');
  await page.getByRole('button', { name: 'Stamp now' }).click();
  await expect(page.getByText(/was not kept: it is no time-stamp response/).first()).toBeVisible();
  authority.answer = undefined;
  await page.getByRole('button', { name: 'Stamp now' }).click();
  const horizon = page.getByText(new RegExp(`Proven to entry \\d+ by time stamp of ${authority.host} at `));
  await expect(horizon.first()).toBeVisible();
  await expect(page.getByRole('table', { name: 'Time stamps' }).getByText(authority.host)).toBeVisible();
});
