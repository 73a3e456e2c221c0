import { afterEach, beforeEach, test } from 'vitest';
import { ConsoleStand } from './console-stand.ts';
import { expect } from './expect.ts';
import { prepare } from './prepared.ts';
import { passphrase, signIn } from './story.ts';

let stand: ConsoleStand;
beforeEach(() => {
  stand = new ConsoleStand();
});
afterEach(() => stand.close());

test('a schedule is set with the keyboard after a look at its next runs, paused, and put back', async () => {
  await prepare(stand.dataFolder, async (client) => {
    await client.tenants.createTenant({ name: 'Acme', tier: 'professional' });
    await client.tenants.createTenant({ name: 'Small', tier: 'free' });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/backups/schedules', page.url()).href);

  const row = page.getByRole('row', { name: /Acme/ });
  const dialog = page.getByRole('dialog');
  await row.getByRole('button', { name: 'Schedule…' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByRole('radio', { name: 'at times of the day' }).check();
  await dialog.getByLabel('Times, with commas').fill('25:00');
  await expect(dialog.getByText('Enter times such as 02:30, with commas')).toBeVisible();
  await dialog.getByLabel('Times, with commas').fill('02:30');
  await dialog.getByLabel('Time zone').selectOption('Europe/Berlin');
  await dialog.getByRole('button', { name: 'Add a window' }).click();
  await dialog.getByRole('textbox', { name: 'From' }).fill('01:00');
  await dialog.getByRole('textbox', { name: 'To' }).fill('05:00');
  await expect(dialog.getByText(/waits for the end of the window/).first()).toBeVisible();
  await expect(dialog.getByRole('img', { name: /10 runs .* Europe\/Berlin; 1 windows/ })).toBeVisible();

  await dialog.getByRole('radio', { name: 'by a cron expression' }).check();
  await dialog.getByRole('textbox', { name: 'Cron expression' }).fill('0 * * * *');
  await expect(dialog.getByText(/does not include this/)).toBeVisible();
  await dialog.getByRole('radio', { name: 'at times of the day' }).check();
  await expect(dialog.getByRole('listitem')).toHaveCount(10);
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByText('02:30, every day')).toBeVisible();

  await row.getByRole('button', { name: 'Schedule…' }).click();
  await dialog.getByRole('switch', { name: 'Pause these backups' }).check();
  await expect(dialog.getByRole('button', { name: 'Save schedule' })).toBeDisabled();
  await dialog.getByLabel('Until').fill('2027-01-31T00:00:00');
  await dialog.getByLabel('Why').fill('moving the disks');
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(row.getByText('Paused')).toBeVisible();

  await row.getByRole('button', { name: 'Schedule…' }).click();
  await dialog.getByRole('button', { name: 'Back to the tier’s' }).click();
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(row.getByText('Daily')).toBeVisible();
  await expect(row.getByText('Paused')).toBeHidden();

  await page.getByRole('row', { name: /Small/ }).getByRole('button', { name: 'Schedule…' }).click();
  await expect(dialog.getByText(/backups by hand only: no schedule can be set/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save schedule' })).toBeDisabled();
}, 120_000);
