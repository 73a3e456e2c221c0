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

test('one deleted document comes back, and what others wrote since stays when that is undone', async () => {
  let tenant = '';
  const ids = { acme: '', own: '' };
  await prepare(stand.dataFolder, async (client, ended) => {
    tenant = (await client.tenants.createTenant({ name: 'Acme', tier: 'enterprise' })).id;
    const notes = { tenant, collection: 'notes' };
    await client.tenants.putDocument({ ...notes, id: 'one', value: { text: 'needed after all' } });
    await client.tenants.putDocument({ ...notes, id: 'two', value: { text: 'of then' } });
    await ended(await client.backups.createBackup({ scope: { tenant } }));
    await ended(await client.backups.createBackup({ scope: { installation: true } }));
    for (const { id, tenantId } of (await client.backups.getBackupHistory({})).items)
      ids[tenantId === null ? 'own' : 'acme'] = id;
    await client.tenants.deleteDocument({ ...notes, id: 'one' });
    await client.tenants.putDocument({ ...notes, id: 'two', value: { text: 'of now' } });
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const goTo = (path: string) => page.goto(new URL(path, page.url()).href);
  const next = page.getByRole('button', { name: 'Next' });

  await goTo(`/backups/restore?tenant=${tenant}`);
  await next.click();
  const id = page.getByRole('textbox', { name: 'Or by its id' });
  for (const [typed, told] of [
    ['abc', 'at least 8 of them'],
    [ids.own.slice(0, 9), 'is of The installation'],
    ['ffffffff', 'There is no snapshot ffffffff'],
  ] as const) {
    await id.fill(typed);
    await id.press('Enter');
    await expect(page.getByText(told)).toBeVisible();
  }
  await id.fill(` ${ids.acme.slice(0, 8).toUpperCase()} `);
  await page.getByRole('button', { name: 'Choose by id' }).click();
  await expect(page.getByRole('status').filter({ hasText: ids.acme.slice(0, 12) })).toBeVisible();
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.when.png` });
  await next.click();
  await page.getByRole('radio', { name: /Only chosen parts.*into the tenant of now/ }).check();
  await next.click();
  await expect(page.getByText('Choose at least one part.')).toBeVisible();
  const lines = page.getByLabel('Parts, one a line');
  await page.getByRole('checkbox', { name: 'notes' }).check();
  await expect(lines).toHaveValue('notes');
  await page.getByRole('checkbox', { name: 'notes' }).uncheck();
  await lines.fill('notes/no such id!');
  await expect(page.getByText('“notes/no such id!” names no document')).toBeVisible();
  await lines.fill('notes/three');
  await next.click();
  await expect(page.getByText('There was no notes/three at that time')).toBeVisible({ timeout: 30_000 });
  await lines.fill('');
  await page.getByRole('button', { name: 'Find documents and files…' }).click();
  const search = page.getByRole('searchbox', { name: 'Id or name contains' });
  await expect(page.getByRole('row', { name: 'notes/two' })).toBeVisible({ timeout: 30_000 });
  await search.fill('ONE');
  await expect(page.getByRole('row', { name: 'notes/two' })).toHaveCount(0);
  await page.getByRole('row', { name: 'notes/one' }).click();
  await search.press('Enter');
  await expect(lines).toHaveValue('notes/one');
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.where.png` });
  await next.click();
  await expect(page.getByRole('row', { name: 'notes 1 0 0' })).toBeVisible({ timeout: 30_000 });
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.plan.png` });
  await next.click();
  await expect(page.getByText('in place, only notes/one')).toBeVisible();
  await expect(page.getByText(/--to in-place --only notes\/one/)).toBeVisible();
  await page.getByLabel('Reason').fill('It is needed after all');
  await page.getByRole('button', { name: 'Start the restore' }).click();
  await expect(page.getByText(/The restore is done and was verified at level 4/)).toBeVisible({
    timeout: 60_000,
  });
  if (process.env.HOLDFAST_SHOT) await page.screenshot({ path: `${process.env.HOLDFAST_SHOT}.result.png` });
  await expect(page.getByRole('link', { name: 'See the import' })).toBeVisible();
  for (const [id, text] of [
    ['one', /needed after all/],
    ['two', /of now/],
  ] as const) {
    await goTo(`/tenants/${tenant}/data?collection=notes&document=${id}`);
    await expect(page.getByRole('gridcell', { name: text })).toBeVisible();
  }
  await goTo(`/tenants/${tenant}/imports`);
  await page.getByRole('button', { name: 'Take back' }).first().click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
  await expect(page.getByRole('gridcell', { name: 'Taken back' })).toBeVisible({ timeout: 30_000 });
  await goTo(`/tenants/${tenant}/data?collection=notes`);
  await expect(page.getByRole('gridcell', { name: /of now/ })).toBeVisible();
  await expect(page.getByRole('gridcell', { name: /needed after all/ })).toHaveCount(0);
  expect(stand.complaints).toEqual([]);
}, 180_000);
