import type { Page } from '@playwright/test';
import type { LostMachine } from './lost-machine.ts';
import type { Look } from './moments.ts';
import { passphrase } from './story.ts';

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Each step of bringing a lost installation back, from the one-time link of an empty data folder on; ends before signing in. */
export async function walkRecovery(
  page: Page,
  link: string,
  { target, recoveryKey }: LostMachine,
  look: Look,
): Promise<void> {
  await page.goto(link);
  await page.getByRole('radio', { name: /Restore an installation/ }).check();
  await press(page, 'Next');
  await page.getByLabel('Path of the backup folder').fill(`${target}-elsewhere`);
  await press(page, 'Look into it');
  await page.getByText(/There are no backups of an installation/).waitFor();
  await look('recovery-nothing-there');
  await page.getByLabel('Path of the backup folder').fill(target);
  await press(page, 'Look into it');
  await page.getByRole('table', { name: 'Backups of the tenants' }).waitFor();
  await look('recovery-found');
  await press(page, 'Next');
  const key = page.getByLabel('Recovery key');
  await key.fill(`${recoveryKey.slice(0, 6)}U${recoveryKey.slice(7)}`);
  await page.getByText(/look at group 2/).waitFor();
  await look('recovery-key-wrong');
  await key.fill(recoveryKey);
  await page.getByText('It is whole: its checksum fits.').waitFor();
  await press(page, 'Check the key');
  await page.getByRole('cell', { name: 'Globex' }).waitFor();
  await look('recovery-key-opened');
  await press(page, 'Next');
  await page.getByRole('radio', { name: /Sealed under/ }).check();
  const secret = page.getByLabel('That operator’s passphrase');
  await secret.fill('not the passphrase of anybody');
  await look('recovery-master-key');
  await press(page, 'Next');
  await page.getByRole('heading', { name: 'Summary' }).waitFor();
  await look('recovery-summary');
  await press(page, 'Start the recovery');
  const mend = page.getByRole('button', { name: 'Go to “Master key” to change it' });
  await mend.waitFor({ timeout: 60_000 });
  await look('recovery-failed');
  await mend.click();
  await secret.fill(passphrase);
  await press(page, 'Next');
  await press(page, 'Start the recovery');
  await page.getByRole('table', { name: 'Recovered tenants' }).waitFor({ timeout: 60_000 });
  await look('recovery-done');
}
