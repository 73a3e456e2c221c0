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

test('the installation’s own data are set back by the wizard and a restart', async () => {
  await prepare(stand.dataFolder, async (client, ended) => {
    const { id } = await client.tenants.createTenant({ name: 'Acme', tier: 'professional' });
    await ended(await client.backups.createBackup({ scope: { installation: true } }));
    await client.tenants.updateTenant({ tenant: id, name: 'Acme by mistake' });
    await client.auth.createOperator({ name: 'Came Later', role: 'auditor', passphrase });
  });
  const page = await stand.open();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  const next = page.getByRole('button', { name: 'Next' });

  await goTo('/backups/restore?installation=1');
  await next.click();
  await page.getByRole('row').nth(1).click();
  await next.click();
  // to a folder, it is compared with now
  await page
    .getByRole('radio', { name: /Into a folder/ })
    .first()
    .check();
  await page.getByLabel('Whole path of the folder').fill(`${stand.folder}/compared`);
  await next.click();
  await expect(page.getByRole('columnheader', { name: 'Only now' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('row', { name: 'Operators 0 0 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('radio', { name: /In place/ }).check();
  await next.click();
  await expect(page.getByRole('row', { name: 'Tenants 0 1 0' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('1 operator', { exact: true })).toBeVisible();
  await page.getByRole('checkbox').check();
  await next.click();
  await page.getByLabel('Reason').fill('The name was changed by mistake');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/It is carried out at the next start of Holdfast/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/will be set back at the next start/)).toBeVisible();

  await stand.stop();
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await goTo('/backups/restores');
  await expect(page.getByText('The installation’s own data were set back')).toBeVisible();
  await expect(page.getByRole('row', { name: /The installation.*Done/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take back' }).first()).toBeVisible();
  await goTo('/tenants');
  await expect(page.getByRole('link', { name: 'Acme', exact: true })).toBeVisible();
  // who lost access by it gets it again, under a new passphrase
  await goTo('/access/operators');
  await page.getByRole('row', { name: /Came Later/ }).click();
  await page.getByRole('button', { name: 'Enable operator…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Enable Came Later again?' });
  for (const field of ['New passphrase', 'The passphrase again']) {
    await dialog.getByLabel(field, { exact: true }).fill('another four words here');
  }
  await dialog.getByRole('button', { name: 'Enable operator' }).click();
  await expect(page.getByRole('row', { name: /Came Later.*Active/ })).toBeVisible();
  const theirs = await stand.open();
  await theirs.goto(await stand.link());
  await signIn(theirs, 'Came Later', 'another four words here');
  await theirs.getByRole('button', { name: /Came Later/ }).click();
  await theirs.getByRole('menuitem', { name: 'Change passphrase…' }).click();
  const own = theirs.getByRole('dialog', { name: 'Change your passphrase' });
  for (const field of ['New passphrase', 'The passphrase again']) {
    await own.getByLabel(field, { exact: true }).fill(passphrase);
  }
  await own.getByRole('button', { name: 'Change passphrase' }).click();
  await expect(own).toBeHidden();
  // the page that was open when Holdfast was stopped said so
  expect(stand.complaints.filter((text) => !/ERR_CONNECTION|WebSocket|\/rpc/.test(text))).toEqual([]);
}, 180_000);
