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

test('an alert comes into the inbox, is checked against the log, and its rule is muted', async () => {
  await prepare(stand.dataFolder, async (client) => {
    const { id } = await client.auth.createOperator({ name: 'Grace Lind', role: 'auditor', passphrase });
    await client.auth.disableOperator({ operatorId: id });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  await goTo('/inbox');
  await page.getByText('An operator was disabled').click();
  await expect(page.getByText('Somebody was shut out.', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Check it against the log' }).click();
  await expect(page.getByText('It holds', { exact: false })).toBeVisible();
  await page.getByRole('link', { name: /^Entry \d+$/ }).click();
  await expect(page.getByText('operator.disable', { exact: true }).first()).toBeVisible();

  await goTo('/audit/alerts/rules');
  const row = page.getByRole('row', { name: /An operator was disabled/ });
  await row.getByRole('button', { name: 'Mute…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('accounts are tidied up today');
  await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(row.getByText('Muted everywhere')).toBeVisible();
  await goTo('/audit/alerts');
  await expect(page.getByRole('gridcell', { name: 'Alerts were muted' })).toBeVisible();
  await expect(page.getByRole('gridcell', { name: 'An operator was added' })).toBeVisible();
  expect(stand.complaints).toEqual([]);
});
