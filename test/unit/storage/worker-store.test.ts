import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import { addNote, makePlace, notesOf, type Place } from '../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
let worker: Worker;

beforeEach(async () => {
  place = makePlace();
  store = await place.open();
  const shared = store.share();
  worker = new Worker(new URL('../../faults/lease-subject.ts', import.meta.url), {
    workerData: shared,
    transferList: [shared.port],
  });
});

afterEach(async () => {
  await worker.terminate();
  await store.close();
  place.remove();
});

async function tell(order: string, text = ''): Promise<unknown> {
  worker.postMessage({ order, text });
  return (await once(worker, 'message'))[0];
}

test('a worker writes in turn, and the owner sees it', async () => {
  await store.write(addNote('owner'));
  expect(await tell('write', 'worker')).toBe('done');
  await store.write(addNote('owner again'));
  expect(await tell('write', 'worker')).toContain('UNIQUE constraint failed: notes.text');
  expect(notesOf(store)).toEqual(['owner', 'worker', 'owner again']);
});

test('while a worker holds the lease the owner waits', async () => {
  await tell('lease');
  let written = false;
  const write = store.write(addNote('owner')).then(() => {
    written = true;
  });
  await tell('writeUnderLease', 'first');
  await tell('writeUnderLease', 'second');
  expect({ written, holder: store.holder }).toEqual({ written: false, holder: 'import' });
  await tell('release');
  await write;
  expect(notesOf(store)).toEqual(['first', 'second', 'owner']);
});

test("a worker's events wake the owner", async () => {
  const told = new Promise<void>((resolve) => store.onCommit(resolve));
  await tell('event', 'e1');
  await told;
  expect(store.pendingEvents(5).map(({ event }) => event.eventId)).toEqual(['e1']);
  expect(store.outboxState.rows).toBe(1);
});

test('what a worker that died had begun is undone, and writing goes on', async () => {
  await tell('lease');
  await tell('writeUnderLease', 'kept');
  const write = store.write(addNote('owner'));
  worker.postMessage({ order: 'dieInTransaction', text: 'lost' });
  await write;
  expect(notesOf(store)).toEqual(['kept', 'owner']);
});

test('a terminated holder gives its turn back', async () => {
  await tell('lease');
  const write = store.write(addNote('owner'));
  await worker.terminate();
  await write;
  expect(notesOf(store)).toEqual(['owner']);
});

test('a worker reads a consistent image while the owner writes', async () => {
  let done = false;
  let written = 0;
  const writing = (async () => {
    while (!done) {
      // One row a transaction, so that the number of rows follows from the number of transactions.
      await store.write(addNote(`note ${written} ${'x'.repeat(written % 3000)}`));
      written += 1;
    }
  })();
  const copy = join(place.folder, 'copy');
  const query =
    'PRAGMA integrity_check; SELECT count(*), count(*) = max(id), (SELECT seq FROM commit_clock) > max(id) FROM notes';
  for (let round = 0; round < 10; round += 1) {
    const before = written;
    expect(await tell('image', copy)).toBe('done');
    const [check, counts = ''] = execFileSync('sqlite3', [copy, query], { encoding: 'utf8' }).split('\n');
    const [count, whole, ahead] = counts.split('|').map(Number);
    expect({ check, whole, ahead }).toEqual({ check: 'ok', whole: 1, ahead: 1 });
    expect(count).toBeGreaterThanOrEqual(before);
  }
  done = true;
  await writing;
});

test('closing waits for those who share the store', async () => {
  let closed = false;
  const closing = store.close().then(() => {
    closed = true;
  });
  expect(await tell('write', 'late')).toContain('is closed');
  expect(closed).toBe(false);
  await tell('close');
  await closing;
});
