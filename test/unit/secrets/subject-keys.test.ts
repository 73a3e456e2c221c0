import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSealedFile } from '../../../main/secrets/sealed-file.ts';
import { SubjectKeys } from '../../../main/secrets/subject-keys.ts';
import {
  restoreSubjectKeys,
  sealSubjectKeys,
  subjectKeyRows,
} from '../../../main/secrets/subject-keys-file.ts';
import { keysMigrations } from '../../../main/storage/migrations/keys.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import type { Uuid } from '../../../shared/ids.ts';

const uuid = () => randomUUID() as Uuid;
const tenant = uuid();

async function newStore() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
  const file = join(folder, 'keys.db');
  let now = 1_790_000_000_000;
  const clock = { now: () => now, monotonicMicros: () => Math.floor(performance.now() * 1000) };
  const options = { file, name: 'keys', migrations: keysMigrations, clock, erasable: true };
  const store = await openStore({ ...options, createIfMissing: true });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const tenants = new Map([[tenant, { wrappingKey: randomBytes(32) }]]);
  const wrapping = {
    installation: { wrappingKey: randomBytes(32) },
    hasTenant: (id: Uuid) => tenants.has(id),
    tenant: (id: Uuid) => tenants.get(id) ?? { wrappingKey: Buffer.alloc(0) },
  };
  const open = (on = store) => new SubjectKeys(on, wrapping, clock);
  const later = (ms: number) => {
    now += ms;
  };
  return { folder, store, tenants, open, later };
}

test('each subject has a key of its own, the same after a restart', async () => {
  const { open } = await newStore();
  const [person, bot, operator] = [uuid(), uuid(), uuid()];
  const keys = open();
  await keys.create(tenant, [person, bot]);
  await keys.create('installation', [operator]);
  const all = [person, bot, operator].map((subject) => keys.get(subject));
  expect(new Set(all.map((key) => Buffer.from(key ?? []).toString('hex'))).size).toBe(3);
  expect(all.map((key) => key?.length)).toEqual([32, 32, 32]);
  const again = open();
  expect([person, bot, operator].map((subject) => again.get(subject))).toEqual(all);
  expect(again.get(uuid())).toBeUndefined();
});

test('keys are made all or none, and never twice', async () => {
  const { open } = await newStore();
  const keys = open();
  const [one, other] = [uuid(), uuid()];
  await keys.create(tenant, [one]);
  const before = keys.get(one);
  await expect(keys.create(tenant, [other, one])).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'subject-key-exists', id: one },
  });
  expect(open().get(other)).toBeUndefined();
  expect(open().get(one)).toEqual(before);
  await expect(keys.create(uuid(), [uuid()])).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a destroyed key is in no file any more, in no form', async () => {
  const { folder, store, open } = await newStore();
  const keys = open();
  const subjects = Array.from({ length: 60 }, uuid);
  await keys.create(tenant, subjects);
  const gone = subjects.slice(20, 40);
  const wrapped = gone.map((subject) => {
    keys.get(subject);
    const row = store
      .sql<{ wrapped: Uint8Array }>('SELECT wrapped FROM subject_keys WHERE subject_id = ?')
      .get(subject);
    return Buffer.from(row?.wrapped ?? []);
  });
  const found = () => {
    // Only the write-ahead log may be opened beside SQLite; the file itself is read when the store is closed.
    const log = readFileSync(join(folder, 'keys.db-wal'));
    return wrapped.filter((bytes) => log.includes(bytes)).length;
  };
  expect(found()).toBe(20);
  expect(await keys.destroy([...gone, uuid()])).toEqual({ keys: 20, complete: true });
  expect(found()).toBe(0);
  for (const opened of [keys, open()]) {
    expect(gone.map((subject) => opened.get(subject))).toEqual(gone.map(() => undefined));
    expect(opened.get(subjects[0] ?? uuid())).toHaveLength(32);
  }
  await store.close();
  const file = readFileSync(join(folder, 'keys.db'));
  expect(wrapped.filter((bytes) => bytes.length !== 60 || file.includes(bytes))).toEqual([]);
  expect(gone.filter((subject) => file.includes(subject))).toEqual([]);
});

test('erasing a tenant destroys its keys, and without its wrapping key none can be read', async () => {
  const { tenants, open } = await newStore();
  const keys = open();
  const [person, operator] = [uuid(), uuid()];
  await keys.create(tenant, [person]);
  await keys.create('installation', [operator]);
  tenants.delete(tenant);
  expect(open().get(person)).toBeUndefined();
  expect(await keys.destroyAll(tenant)).toEqual({ keys: 1, complete: true });
  expect(keys.get(person)).toBeUndefined();
  expect(keys.get(operator)).toHaveLength(32);
});

test('a row moved to another subject or owner, or changed, is INTEGRITY', async () => {
  const { store, open } = await newStore();
  const keys = open();
  const [one, other, operator] = [uuid(), uuid(), uuid()];
  await keys.create(tenant, [one, other]);
  await keys.create('installation', [operator]);
  await store.write((transaction) => {
    const sql = (text: string, ...values: (string | Uint8Array)[]) => transaction.sql(text).run(...values);
    sql(
      'UPDATE subject_keys SET wrapped = (SELECT wrapped FROM subject_keys WHERE subject_id = ?) WHERE subject_id = ?',
      one,
      other,
    );
    sql("UPDATE subject_keys SET owner = 'installation' WHERE subject_id = ?", one);
    sql('UPDATE subject_keys SET wrapped = ? WHERE subject_id = ?', randomBytes(5), operator);
  });
  for (const subject of [one, other, operator]) {
    expect(() => open().get(subject)).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
  }
});

test('what a crash left unnamed is found, over many pages, but nothing made just now', async () => {
  const { open, later } = await newStore();
  const keys = open();
  const old = Array.from({ length: 1200 }, uuid);
  await keys.create(tenant, old);
  later(60_000);
  const fresh = [uuid(), uuid()];
  await keys.create('installation', fresh);
  const named = new Set(old.filter((_, at) => at % 400 !== 0));
  const orphans = await keys.orphans(1_790_000_000_000 + 30_000, (subject, owner) => {
    return owner === tenant && named.has(subject);
  });
  expect(orphans).toEqual([old[0], old[400], old[800]].sort());
});

test('more keys than the cache holds are all answered', async () => {
  const { open } = await newStore();
  const keys = open();
  const subjects = Array.from({ length: 5000 }, uuid);
  await keys.create(tenant, subjects);
  const first = subjects.map((subject) => Buffer.from(keys.get(subject) ?? []));
  expect(subjects.map((subject) => Buffer.from(keys.get(subject) ?? []))).toEqual(first);
});

test('keys come back from the copy on a target, and only from a whole one of this installation', async () => {
  const { store, open } = await newStore();
  const subjects = [uuid(), uuid(), uuid()];
  const keys = open();
  await keys.create(tenant, subjects.slice(1));
  await keys.create('installation', subjects.slice(0, 1));
  const installationId = uuid();
  const masterKey = randomBytes(32);
  const bytes = await sealSubjectKeys(store, installationId, masterKey);
  const { store: empty } = await newStore();
  const flipped = Buffer.from(bytes.map((byte, at) => (at === bytes.length - 20 ? byte ^ 1 : byte)));
  for (const [copy, id, key] of [
    [flipped, installationId, masterKey],
    [bytes, uuid(), masterKey],
    [bytes, installationId, randomBytes(32)],
  ] as const) {
    const failure = await restoreSubjectKeys(empty, copy, id, key).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'INTEGRITY' });
  }
  const newer = Buffer.from(bytes.toString('latin1').replace('-keys 1 ', '-keys 2 '), 'latin1');
  await expect(restoreSubjectKeys(empty, newer, installationId, masterKey)).rejects.toMatchObject({
    code: 'NEWER_FORMAT',
    data: { what: 'keys.db.enc', found: 2, known: 1 },
  });
  expect(await restoreSubjectKeys(empty, bytes, installationId, masterKey)).toBe(3);
  const restored = open(empty);
  expect(subjects.map((id) => restored.get(id))).toEqual(subjects.map((id) => keys.get(id)));
});

test('a copy of many keys is read and written in parts, and is the same file as at once', async () => {
  const { store, open } = await newStore();
  await open().create(tenant, Array.from({ length: 2_500 }, uuid));
  const [installationId, masterKey] = [uuid(), randomBytes(32)];
  const bytes = await sealSubjectKeys(store, installationId, masterKey);
  const rows = store.sql<{ subject_id: string; owner: string; wrapped: Uint8Array; created_at: number }>(
    'SELECT * FROM subject_keys ORDER BY subject_id',
  );
  const expected = rows
    .all()
    .map((row) => [row.subject_id, row.owner, Buffer.from(row.wrapped).toString('base64'), row.created_at]);
  const form = { name: 'keys.db.enc', magic: 'holdfast-keys', format: 1 };
  expect(JSON.parse(String(openSealedFile(form, bytes, masterKey).plaintext))).toEqual(expected);
  const parts: string[][] = [];
  for await (const part of subjectKeyRows(bytes, installationId, masterKey))
    parts.push(part.map(([id]) => id));
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.flat()).toEqual(expected.map(([id]) => id));
  const { store: empty } = await newStore();
  expect(await restoreSubjectKeys(empty, bytes, installationId, masterKey)).toBe(2_500);
  expect(empty.sql('SELECT * FROM subject_keys ORDER BY subject_id').all()).toEqual(rows.all());
});
