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

test('a drill attacks a copy of the log, and its outcome stays to be seen', async () => {
  await prepare(stand.dataFolder, async () => {});
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit/drill', page.url()).href);
  await expect(page.getByText('No drill yet')).toBeVisible();
  await page.getByRole('button', { name: 'Run the drill', exact: true }).click();
  await expect(page.getByText('One thing would go unnoticed here')).toBeVisible();
  const held = page.getByRole('table', { name: 'Attacks on a copy of the log' });
  const attack = (name: string) => held.getByRole('row').filter({ hasText: name });
  await expect(attack('Put the whole file of a moment ago back')).toContainText('Unguarded');
  await expect(attack('Cut the newest entry')).toContainText('Caught');
  await expect(attack('Remove a witness')).toContainText('There is no witness.');

  await page.reload();
  await expect(page.getByText('One thing would go unnoticed here')).toBeVisible();
  await page
    .getByRole('table', { name: 'Former drills, from the log' })
    .getByRole('link', { name: 'Show' })
    .click();
  await expect(page.getByRole('heading', { name: 'Tamper drill held' })).toBeVisible();
});
