import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlMigrations } from '../../../main/storage/migrations/control.ts';
import { type OpenStore, openStore } from '../../../main/storage/open-store.ts';
import { ConstraintError } from '../../../main/storage/sqlite-errors.ts';
import type { Transaction } from '../../../main/storage/store.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';

const notes = {
  number: controlMigrations.length + 1,
  name: 'notes',
  sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;',
};
const migrations = [...controlMigrations, notes];

let folder: string;
let file: string;
let now: number;
let store: OpenStore;
const clock = { now: () => now, monotonicMicros: () => Math.round(performance.now() * 1000) };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'control.db');
  now = 1_790_000_000_000;
  store = await openStore({ file, name: 'control', migrations, clock, createIfMissing: true });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const add = (text: string) => (transaction: Transaction) =>
  transaction.sql('INSERT INTO notes (text) VALUES (?)').run(text);
const texts = () =>
  store
    .sql<{ text: string }>('SELECT text FROM notes ORDER BY id')
    .all()
    .map((row) => row.text);
const event = (n: number) => ({
  eventId: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}` as Uuid,
  tenantId: null,
  critical: n % 2 === 0,
  draft: Buffer.from(`draft ${n}`),
  openings: [{ field: 'who.name', sealed: Buffer.from([n]) }],
});

test('every commit waits for the disk, but those of what is derived from others', async () => {
  const level = (of: OpenStore) => of.sql('PRAGMA synchronous').get();
  expect(level(store)).toEqual({ synchronous: 2 });
  const options = { file: join(folder, 'derived.db'), name: 'derived', migrations, clock };
  const derived = await openStore({ ...options, createIfMissing: true, derived: true });
  expect(level(derived)).toEqual({ synchronous: 1 });
  await derived.close();
});

test('writes are kept, in order, and only the owner may read the file', async () => {
  await Promise.all([store.write(add('a')), store.write(add('b')), store.write(add('c'))]);
  expect(texts()).toEqual(['a', 'b', 'c']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await store.close();
  expect(readdirSync(folder)).toEqual(['control.db']);
  store = await openStore({ file, name: 'control', migrations, clock });
  expect(texts()).toEqual(['a', 'b', 'c']);
});

test('each transaction has its line of the commit clock, whose time never goes back', async () => {
  const first = await store.write((transaction) => transaction.commit);
  now -= 5000;
  const second = await store.write((transaction) => transaction.commit);
  now += 6000;
  const third = await store.write((transaction) => transaction.commit);
  expect([second.seq - first.seq, third.seq - first.seq]).toEqual([1, 2]);
  expect([second.time - first.time, third.time - first.time]).toEqual([0, 1000]);
});

test('a throw undoes the transaction, its events and its line of the clock', async () => {
  const before = await store.write((transaction) => transaction.commit);
  await expect(
    store.write((transaction) => {
      add('lost')(transaction);
      transaction.outbox(event(1));
      throw new RangeError('no');
    }),
  ).rejects.toThrow('no');
  const after = await store.write((transaction) => transaction.commit);
  expect({
    texts: texts(),
    seq: after.seq - before.seq,
    pending: store.pendingEvents(9),
    state: store.outboxState,
  }).toEqual({
    texts: [],
    seq: 1,
    pending: [],
    state: { rows: 0, bytes: 0, drainedThrough: 0 },
  });
});

test('a broken constraint says which one', async () => {
  await store.write(add('once'));
  const refused = await store.write(add('once')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConstraintError);
  expect(refused).toMatchObject({ kind: 'unique', message: 'UNIQUE constraint failed: notes.text' });
});

test('what a trigger raises is told by its text', async () => {
  await store.write((transaction) =>
    transaction
      .sql(`CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT raise(ABORT, 'quota:users'); END`)
      .run(),
  );
  const refused = await store.write(add('one too many')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConstraintError);
  expect(refused).toMatchObject({ kind: 'trigger', message: 'quota:users' });
});

test('a transaction of 40 ms is told, a short one is not', async () => {
  await store.close();
  const slow: unknown[] = [];
  let micros = 0;
  store = await openStore({
    file,
    name: 'control',
    migrations,
    clock: { now: clock.now, monotonicMicros: () => micros },
    onSlow: (trace) => slow.push(trace),
  });
  const lasting = (ms: number) =>
    store.write((transaction) => {
      micros += ms * 1000;
      return transaction.commit.seq;
    });
  await lasting(39.9);
  expect(slow).toEqual([]);
  const seq = await lasting(40);
  expect(slow).toEqual([{ database: 'control', durationMs: 40, seq }]);
});

test('a change may not wait, end its transaction, or outlive it', async () => {
  let kept: Transaction | undefined;
  await expect(store.write(async (transaction) => add('late')(transaction))).rejects.toThrow('may not wait');
  await expect(store.write((transaction) => transaction.sql('COMMIT').run())).rejects.toThrow(
    'end its transaction',
  );
  await store.write((transaction) => {
    kept = transaction;
  });
  expect(() => kept?.sql('SELECT 1')).toThrow('has ended');
  expect(() => store.sql('DELETE FROM notes')).toThrow('needs a transaction');
  expect(texts()).toEqual([]);
});

test('a lease holds up writes until it is released, in the order asked', async () => {
  const order: string[] = [];
  const first = store.write(() => order.push('first'));
  const lease = store.lease('import').then((held) => {
    order.push('lease');
    return held;
  });
  const second = store.write(() => order.push('second'));
  await first;
  const held = await lease;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect({ order, holder: store.holder }).toEqual({ order: ['first', 'lease'], holder: 'import' });
  held.release();
  held.release();
  await second;
  expect(order).toEqual(['first', 'lease', 'second']);
});

test('events wait until drained, then go with the next transaction', async () => {
  let told = 0;
  store.onCommit(() => {
    told += 1;
  });
  for (const n of [1, 2, 3]) await store.write((transaction) => transaction.outbox(event(n)));
  const pending = store.pendingEvents(2);
  expect(pending.map(({ event }) => event)).toEqual([event(1), event(2)]);
  expect(told).toBe(3);
  store.drainedThrough(pending[1]?.seq ?? 0);
  expect(store.pendingEvents(9).map(({ event }) => event.eventId)).toEqual([event(3).eventId]);
  const count = () => store.sql<{ n: number }>('SELECT count(*) AS n FROM outbox').get()?.n;
  expect(count()).toBe(3);
  await store.write(add('next'));
  expect(count()).toBe(1);
  await expect(store.write((transaction) => transaction.outbox(event(3)))).rejects.toThrow('UNIQUE');
});

test('a full outbox refuses', async () => {
  await store.close();
  store = await openStore({ file, name: 'control', migrations, clock, outboxBound: { rows: 2, bytes: 1e6 } });
  const three = store.write((transaction) => [1, 2, 3].forEach((n) => void transaction.outbox(event(n))));
  await expect(three).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  await store.write((transaction) => [1, 2].forEach((n) => void transaction.outbox(event(n))));
  await expect(store.write((transaction) => transaction.outbox(event(3)))).rejects.toMatchObject({
    code: 'AUDIT_UNAVAILABLE',
  });
  store.drainedThrough(store.pendingEvents(1)[0]?.seq ?? 0);
  await store.write((transaction) => transaction.outbox(event(3)));
  await store.close();
  store = await openStore({ file, name: 'control', migrations, clock, outboxBound: { rows: 2, bytes: 1e6 } });
  expect(store.outboxState.rows).toBe(2);
});

test('a closed store refuses', async () => {
  const before = store.write(add('asked before'));
  const closing = store.close();
  await expect(store.write(add('asked after'))).rejects.toBeInstanceOf(HoldfastError);
  await Promise.all([before, closing]);
  store = await openStore({ file, name: 'control', migrations, clock });
  expect(texts()).toEqual(['asked before']);
});
