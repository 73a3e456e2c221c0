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

test('the log is searched by words, kept as a filter, and followed as it grows', async () => {
  await prepare(stand.dataFolder, async (client) => {
    const { id } = await client.tenants.createTenant({ name: 'Acme', tier: 'professional' });
    await client.tenants.updateTenant({ tenant: id, name: 'Acme Works' });
    for (let at = 0; at < 60; at += 1) {
      await client.audit.logAction({
        action: at === 7 ? 'invoice.cancel' : 'invoice.send',
        resource: { kind: 'invoice', id: `R-${at}` },
        facts: { currency: at % 2 === 0 ? 'EUR' : 'CHF' },
      });
    }
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  const command = (...words: string[]) =>
    stand.command(['audit', ...words], { HOLDFAST_PASSPHRASE: passphrase });
  const log = (action: string) => command('log', '--action', action, '--resource', 'parcel:P-1');
  await page.goto(new URL('/audit', page.url()).href);
  const list = page.getByRole('grid', { name: 'Entries of the audit log' });
  const search = page.getByRole('searchbox', { name: /^Words/ });

  // what comes is shown at once, and nothing is fed by being looked at
  await page.waitForTimeout(4000);
  await expect(page.getByText('New entries appear as they come.')).toBeVisible();
  await expect(list.getByText('Log followed')).toHaveCount(1);
  await log('parcel.sent');
  await expect(list.getByRole('row').nth(1)).toContainText(/parcel|Sign/);
  await expect(list.getByText('parcel.sent')).toHaveCount(1);
  await expect(list.getByText('Log followed')).toHaveCount(1);

  // further down, it waits
  await list.focus();
  await page.keyboard.press('End');
  await expect(list.getByText('parcel.sent')).toHaveCount(0);
  await log('parcel.arrived');
  const held = page.getByRole('button', { name: /new entr(y|ies)$/ });
  await expect(held).toBeVisible();
  await held.click();
  await expect(list.getByText('parcel.arrived')).toBeVisible();

  await page.getByRole('button', { name: 'Pause' }).click();
  await log('parcel.opened');
  await expect(page.getByText('Paused: new entries are not shown.')).toBeVisible();
  await expect(list.getByText('parcel.opened')).toHaveCount(0);
  await page.getByRole('button', { name: 'Follow' }).click();
  await expect(list.getByText('parcel.opened')).toBeVisible();

  // words
  await page.keyboard.press('Escape');
  await search.fill('invoice -send');
  await expect(list.getByRole('row')).toHaveCount(2);
  await search.fill('"R 17" chf');
  await expect(list.getByRole('row', { name: /invoice R-17/ })).toBeVisible();
  await expect(list.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Saved filters' }).click();
  await page.getByRole('menuitem', { name: 'Save this filter…' }).click();
  await page.getByLabel('Name').fill('Swiss 17');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await search.fill('-send');
  await expect(page.getByText('Give at least one word that has to be there')).toBeVisible();
  await search.fill('nowhere to be found');
  await expect(page.getByText('Looked through the whole log for Words: nowhere to be found.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(search).toHaveValue('');
  await page.getByRole('button', { name: 'Saved filters' }).click();
  await page.getByRole('menuitem', { name: 'Swiss 17' }).click();
  await expect(search).toHaveValue('"R 17" chf');
  await expect(list.getByRole('row')).toHaveCount(2);

  // everything about one thing, with what changed
  await search.fill('tenant update');
  await list.getByRole('row', { name: /Tenant changed/ }).click();
  const changed = page.getByRole('region', { name: 'What changed' });
  await expect(changed.getByRole('row', { name: 'name Acme Acme Works' })).toBeVisible();
  await page.getByRole('button', { name: 'Everything about this' }).click();
  await expect(list.getByText('Tenant created')).toBeVisible();
  await expect(list.getByText('invoice.send')).toHaveCount(0);

  const listed = JSON.parse(await command('list', '--filter', 'Swiss 17', '--json'));
  expect(listed.items).toMatchObject([{ resource: { id: 'R-17' }, facts: { currency: 'CHF' } }]);
  expect(stand.complaints).toEqual([]);
}, 120_000);
