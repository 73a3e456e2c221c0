import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const today = Math.floor(Date.now() / 86_400_000);
const forecast = () => place.manager.forecasts.getBackupForecast({ tenant: 'acme' });

/** As if so much had been stored on each of the last days. */
const stored = (bytes: number, days: number) =>
  place.control.write((transaction) => {
    const insert = transaction.sql(
      'INSERT INTO stored_days (day, owner, added, removed) VALUES (?, ?, ?, 0)',
    );
    for (let back = 1; back <= days; back += 1) insert.run(today - back, place.tenantId, bytes);
  });

test('a backup is measured, and with little history nothing is forecast', async () => {
  const [made] = (await place.backUp('full')).snapshots;
  const { targets, owner } = await forecast();
  expect(targets).toMatchObject([{ targetId: null, days: 0, forecast: null }]);
  expect(targets[0]?.disk?.freeBytes).toBeGreaterThan(0);
  expect(owner?.backups).toEqual([
    { time: made?.time, kind: 'full', bytes: made?.bytesAdded, durationMs: made?.durationMs },
  ]);
  expect(place.filling).toEqual([]);
});

test('a target that will be full within two weeks is told of, once a day', async () => {
  const free = (await forecast()).targets[0]?.disk?.freeBytes ?? 0;
  await stored(Math.floor(free / 10), 20);
  const [target] = (await forecast()).targets;
  expect(target?.days).toBe(20);
  expect(target?.forecast?.fullInDays).toBeGreaterThan(9);
  expect(target?.forecast?.fullInDays).toBeLessThan(11);
  await place.backUp('full');
  await place.backUp('full');
  expect(place.filling).toHaveLength(1);
  expect(place.filling[0]?.targetId).toBeNull();
  const days = ((place.filling[0]?.fullAt ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(9);
  expect(days).toBeLessThan(11);
});

test('one that has years left is not', async () => {
  await stored(1000, 20);
  await place.backUp('full');
  expect(place.filling).toEqual([]);
  expect((await forecast()).targets[0]?.forecast?.fullInDays).toBeGreaterThan(365);
});

test('a deleted tenant leaves no measures', async () => {
  await place.backUp('full');
  await place.control.write((transaction) => place.manager.forgetTenant(transaction, place.tenantId));
  for (const table of ['backup_measures', 'stored_days', 'commit_times']) {
    expect(place.control.sql(`SELECT * FROM ${table}`).all()).toEqual([]);
  }
});
