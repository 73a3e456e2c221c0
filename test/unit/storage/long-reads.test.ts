import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import type { Lease, Reading } from '../../../main/storage/store.ts';
import { openWorkerStore, type WorkerStore } from '../../../main/storage/worker-store.ts';
import type { Clock } from '../../../shared/clock.ts';
import { addNote, clock, makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
let reader: WorkerStore;
let writer: Lease;
let aheadMicros: number;

beforeEach(async () => {
  place = makePlace();
  store = await place.open();
  await store.write((transaction) => {
    for (let n = 0; n < 1000; n += 1) addNote(`note ${n}`)(transaction);
  });
  await store.checkpoint();
  aheadMicros = 0;
  const ahead: Clock = { now: clock.now, monotonicMicros: () => clock.monotonicMicros() + aheadMicros };
  reader = openWorkerStore(store.share(), { clock: ahead });
  writer = await store.lease('test');
});
afterEach(async () => {
  writer.release();
  await reader.close();
  await store.close();
  place.remove();
});

/** Reads every note, and after the first waits and writes as it is told. */
function readAll(seconds: number, megabytes: number): number {
  return reader.snapshot((reading: Reading) => {
    let rows = 0;
    for (const _ of reading.sql('SELECT text FROM notes ORDER BY id').iterate()) {
      if (rows === 0) {
        aheadMicros += seconds * 1_000_000;
        for (let n = 0; n < megabytes; n += 1) writer.write(addNote(`${n} ${'x'.repeat(2 ** 20)}`));
      }
      rows += 1;
    }
    return rows;
  });
}

test('what is read for more than a minute is ended once the log has grown by 64 MiB, which can then be copied', async () => {
  expect(() => readAll(61, 65)).toThrow(
    expect.objectContaining({ code: 'UNAVAILABLE', data: { reason: 'read-too-long', where: 'control' } }),
  );
  writer.release();
  expect(await store.checkpoint()).toEqual({ complete: true });
  expect(readAll(0, 0)).toBe(1065);
});

test('a query after the minute is ended too', () => {
  const reading = () =>
    reader.snapshot((held) => {
      const count = held.sql<{ n: number }>('SELECT count(*) AS n FROM notes');
      expect(count.get()).toEqual({ n: 1000 });
      aheadMicros += 61_000_000;
      for (let n = 0; n < 65; n += 1) writer.write(addNote(`${n} ${'x'.repeat(2 ** 20)}`));
      return count.get();
    });
  expect(reading).toThrow('Try again');
});

test.each([
  ['a longer one that hinders nobody', 600, 1],
  ['a short one that much is written beside', 30, 65],
])('%s goes on', (_, seconds, megabytes) => {
  expect(readAll(seconds, megabytes)).toBe(1000);
});
