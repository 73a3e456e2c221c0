import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenStore, openStore } from '../../../main/storage/open-store.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { addNote, clock, makePlace, migrations, notesOf, type Place } from '../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
let rebuilt: string;

const event = (id: string) => ({
  eventId: id as Uuid,
  tenantId: null,
  critical: false,
  draft: Buffer.from(id),
  openings: [],
});

beforeEach(async () => {
  place = makePlace();
  store = await place.open();
  rebuilt = join(place.folder, 'rebuilt.db');
  for (let n = 0; n < 5; n += 1) await store.write(addNote(`live ${n}`));
});

afterEach(async () => {
  await store.close();
  place.remove();
});

async function rebuild(fill: (from: OpenStore) => Promise<void>): Promise<void> {
  const from = await openStore({ file: rebuilt, name: 'control', migrations, clock, createIfMissing: true });
  await fill(from);
  await from.close();
}

interface Message {
  readonly commit?: { seq: number; time: number };
  readonly done?: number;
  readonly error?: string;
}

function replace(onMessage?: (message: Message, worker: Worker) => void): Promise<Message | undefined> {
  const shared = store.share();
  const worker = new Worker(new URL('../../faults/replace-subject.ts', import.meta.url), {
    workerData: { shared, rebuilt },
    transferList: [shared.port],
  });
  let last: Message | undefined;
  worker.on('message', (message: Message) => {
    last = message;
    onMessage?.(message, worker);
  });
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve(last));
  });
}

test('open connections and kept statements see the new contents, and the clock goes on', async () => {
  await rebuild(async (from) => {
    await from.write((transaction) => {
      for (let n = 0; n < 2000; n += 1) addNote(`old ${n} ${'x'.repeat(500)}`)(transaction);
    });
    await from.write((transaction) =>
      transaction.sql('CREATE INDEX by_length ON notes (length(text))').run(),
    );
  });
  const kept = store.sql<{ n: number }>('SELECT count(*) AS n FROM notes');
  expect(kept.get()?.n).toBe(5);
  const before = await store.write((transaction) => transaction.commit);
  const states = new Set<number | undefined>();
  const replaced = await replace(() => states.add(kept.get()?.n));
  expect([...states].filter((n) => n !== 5 && n !== 2000)).toEqual([]);
  expect(kept.get()?.n).toBe(2000);
  expect(replaced?.commit?.seq).toBeGreaterThan(before.seq);
  await store.write(addNote('after'));
  expect(notesOf(store).at(-1)).toBe('after');
  expect(store.sql<{ integrity_check: string }>('PRAGMA integrity_check').all()).toEqual([
    { integrity_check: 'ok' },
  ]);
  await store.close();
  store = await place.open();
  expect(store.sql<{ n: number }>('SELECT count(*) AS n FROM notes').get()?.n).toBe(2001);
});

test('events that wait for the log stay, and no later one is taken for drained', async () => {
  await rebuild(async (from) => {
    await from.write((transaction) => transaction.outbox(event('old')));
  });
  for (const id of ['a', 'b', 'c']) await store.write((transaction) => transaction.outbox(event(id)));
  store.drainedThrough(store.pendingEvents(2)[1]?.seq ?? 0);
  await replace();
  await store.write((transaction) => transaction.outbox(event('new')));
  expect(store.pendingEvents(9).map((pending) => pending.event.eventId)).toEqual(['c', 'old', 'new']);
});

test('a kill midway changes nothing', async () => {
  await rebuild(async (from) => {
    await from.write((transaction) => {
      const insert = transaction.sql('INSERT INTO notes (text) VALUES (?)');
      for (let n = 0; n < 20_000; n += 1) insert.run(`old ${n} ${'x'.repeat(1000)}`);
    });
  });
  let stopped = 0;
  await replace((message, worker) => {
    if ((message.done ?? 0) > 0 && stopped === 0) {
      stopped = message.done ?? 0;
      void worker.terminate();
    }
  });
  expect(stopped).toBeGreaterThan(0);
  await store.write(addNote('after'));
  expect(notesOf(store)).toEqual(['live 0', 'live 1', 'live 2', 'live 3', 'live 4', 'after']);
  expect(store.sql<{ integrity_check: string }>('PRAGMA integrity_check').all()).toEqual([
    { integrity_check: 'ok' },
  ]);
});

test('another schema is refused', async () => {
  const from = await openStore({
    file: rebuilt,
    name: 'control',
    migrations: migrations.slice(0, 1),
    clock,
    createIfMissing: true,
  });
  await from.close();
  expect((await replace())?.error).toContain('of another form (user_version is 1');
  expect(notesOf(store)).toHaveLength(5);
});
