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

test('counts of actions, people and times narrow the log, by mouse and by keys', async () => {
  await prepare(stand.dataFolder, async (client) => {
    for (let at = 0; at < 24; at += 1) {
      await client.audit.logAction({
        action: at % 4 === 0 ? 'invoice.cancel' : 'invoice.send',
        resource: { kind: 'invoice', id: `R-${at}` },
      });
    }
    for (let at = 0; at < 8; at += 1) {
      await client.audit.logAction({ action: `parcel.step-${at}`, resource: { kind: 'parcel', id: 'P' } });
    }
  });
  const page = await stand.open({ timezoneId: 'UTC' });
  await page.goto(await stand.serve({ HOLDFAST_PASSPHRASE: passphrase }));
  await signIn(page);
  await page.goto(new URL('/audit', page.url()).href);
  const list = page.getByRole('grid', { name: 'Entries of the audit log' });
  const actions = page.getByRole('table', { name: 'Actions' });
  const people = page.getByRole('table', { name: 'Who' });
  const asked = () => new URL(page.url()).searchParams;

  // each with its number, and how many others there are
  await expect(actions.getByRole('row', { name: 'invoice.send 18' })).toBeVisible();
  await expect(actions.getByRole('row', { name: /^and \d+ others/ })).toBeVisible();
  await expect(people.getByRole('row', { name: /^Ada/ })).toBeVisible();

  // as entries come
  await stand.command(['audit', 'log', '--action', 'invoice.send'], { HOLDFAST_PASSPHRASE: passphrase });
  await expect(actions.getByRole('row', { name: 'invoice.send 19' })).toBeVisible({ timeout: 15_000 });

  // an action, by mouse, and back
  await actions.getByRole('button', { name: 'invoice.cancel' }).click();
  await expect(list.getByRole('row', { name: /invoice.cancel/ })).toHaveCount(6);
  await expect(list.getByRole('row', { name: /invoice.send/ })).toHaveCount(0);
  await expect(page.getByText('6 entries', { exact: true })).toBeVisible();
  await expect(actions.getByRole('row')).toHaveCount(2);
  const chosen = actions.getByRole('button', { name: 'invoice.cancel' });
  await expect(chosen).toHaveAttribute('aria-pressed', 'true');
  await chosen.click();
  await expect(list.getByRole('row', { name: /parcel.step-7/ })).toBeVisible();
  expect(asked().get('action')).toBe(null);

  // a person, by keys
  await people.getByRole('button', { name: 'Ada Obi' }).focus();
  await page.keyboard.press('Enter');
  await expect(people.getByRole('row')).toHaveCount(2);
  expect(asked().get('actor')).toBe('Ada Obi');
  await expect(list.getByRole('row', { name: /Holdfast/ })).toHaveCount(0);

  await people.getByRole('button', { name: 'Ada Obi' }).click();
  await people.getByRole('button', { name: 'Holdfast' }).click();
  await expect(list.getByRole('row', { name: /Ada Obi/ })).toHaveCount(0);
  await expect(list.getByRole('row', { name: /Holdfast/ }).first()).toBeVisible();
  await people.getByRole('button', { name: 'Holdfast' }).click();

  // words are counted too
  await page.getByRole('searchbox', { name: /^Words/ }).fill('parcel');
  await expect(page.getByText('8 entries', { exact: true })).toBeVisible();
  await expect(actions.getByRole('row', { name: 'and 2 others 2' })).toBeVisible();
  await page.getByRole('searchbox', { name: /^Words/ }).fill('');
  await expect(actions.getByRole('row', { name: 'invoice.send 19' })).toBeVisible();

  // a time, by keys in the table, and a bar of that
  await page.getByText('The numbers as a table').click();
  const times = page.getByRole('figure', { name: 'Entries over time' }).getByRole('table');
  const first = times.getByRole('button').first();
  await first.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => asked().get('to')).not.toBe(null);
  const from = Date.parse(asked().get('from') ?? '');
  expect(Date.parse(asked().get('to') ?? '') - from).toBeGreaterThanOrEqual(1000);
  await page
    .getByRole('figure', { name: 'Entries over time' })
    .locator('button[tabindex="-1"]')
    .first()
    .click();
  expect(Date.parse(asked().get('from') ?? '')).toBe(from);

  await page.getByRole('button', { name: 'Counts' }).click();
  await expect(actions).toHaveCount(0);
  await expect(list).toBeVisible();

  const told = JSON.parse(
    await stand.command(['audit', 'counts', '--action', 'invoice.*', '--top', '1', '--json'], {
      HOLDFAST_PASSPHRASE: passphrase,
    }),
  );
  expect(told).toMatchObject({
    total: 25,
    actions: { top: [{ action: 'invoice.send', count: 19 }], others: { different: 1, count: 6 } },
  });
  expect(stand.complaints).toEqual([]);
}, 120_000);
