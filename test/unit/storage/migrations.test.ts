import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditMigrations } from '../../../main/storage/migrations/audit.ts';
import { controlMigrations } from '../../../main/storage/migrations/control.ts';
import { keysMigrations } from '../../../main/storage/migrations/keys.ts';
import { searchMigrations } from '../../../main/storage/migrations/search.ts';
import { tenantMigrations } from '../../../main/storage/migrations/tenant.ts';
import { addNote, makePlace, migrations, notesOf, type Place } from '../../doubles/store-place.ts';

let place: Place;

beforeEach(() => {
  place = makePlace();
});

afterEach(() => {
  place.remove();
});

const lists = {
  control: controlMigrations,
  audit: auditMigrations,
  search: searchMigrations,
  keys: keysMigrations,
  tenant: tenantMigrations,
};

test.each(Object.entries(lists))('the %s database opens, with strict tables only', async (name, list) => {
  const store = await place.open({ name, migrations: list });
  const tables = store
    .sql<{ name: string; strict: number; type: string }>('PRAGMA table_list')
    .all()
    .filter((table) => table.type === 'table' && !table.name.startsWith('sqlite_'));
  expect(tables.filter((table) => table.strict === 0)).toEqual([]);
  expect(tables.map((table) => table.name)).toContain('commit_clock');
  expect(Object.values(store.sql<object>('PRAGMA application_id').get() ?? {})).toEqual([0x48464454]);
  await store.close();
});

const more = [...migrations, { number: 3, name: 'more', sql: 'ALTER TABLE notes ADD COLUMN more TEXT;' }];

test('a file with data is copied before it is changed, and the newest copy kept', async () => {
  let store = await place.open();
  await store.write(addNote('kept'));
  await store.close();
  expect(readdirSync(place.folder)).toEqual(['control.db']);
  store = await place.open({ migrations: more });
  expect(notesOf(store)).toEqual(['kept']);
  await store.close();
  expect(readdirSync(place.folder)).toEqual(['control.before-3.db', 'control.db']);
  const copy = join(place.folder, 'control.before-3.db');
  expect(
    execFileSync('sqlite3', [copy, 'SELECT * FROM notes; PRAGMA user_version'], { encoding: 'utf8' }),
  ).toBe('1|kept\n2\n');
  const further = [...more, { number: 4, name: 'further', sql: 'CREATE TABLE t (x ANY) STRICT;' }];
  store = await place.open({ migrations: further });
  await store.close();
  expect(readdirSync(place.folder).filter((name) => name.includes('before'))).toEqual([
    'control.before-4.db',
  ]);
});

test('of what must be erasable no copy stays', async () => {
  let store = await place.open({ erasable: true });
  await store.close();
  store = await place.open({ erasable: true, migrations: more });
  expect(Object.values(store.sql<object>('PRAGMA secure_delete').get() ?? {})).toEqual([1]);
  await store.close();
  expect(readdirSync(place.folder)).toEqual(['control.db']);
});

test('a step that fails leaves the file as it was', async () => {
  const store = await place.open();
  await store.write(addNote('kept'));
  await store.close();
  const failing = [
    ...more,
    { number: 4, name: 'half', sql: 'DELETE FROM notes; INSERT INTO missing VALUES (1);' },
  ];
  await expect(place.open({ migrations: failing })).rejects.toThrow('no such table: missing');
  await expect(place.open()).rejects.toMatchObject({ code: 'NEWER_FORMAT' });
  const again = await place.open({ migrations: more });
  expect(notesOf(again)).toEqual(['kept']);
  await again.close();
});

test('rows that would refer to missing ones undo the step', async () => {
  const parents = {
    number: 3,
    name: 'children',
    sql: 'CREATE TABLE children (note INTEGER REFERENCES notes (id)) STRICT; INSERT INTO children VALUES (99);',
  };
  await expect(place.open({ migrations: [...migrations, parents] })).rejects.toMatchObject({
    code: 'INTEGRITY',
  });
});

test('a newer file is refused and not touched', async () => {
  await (await place.open({ migrations: more })).close();
  const before = readFileSync(place.file);
  await expect(place.open()).rejects.toMatchObject({
    code: 'NEWER_FORMAT',
    data: { what: 'control', found: 3, known: 2 },
  });
  expect(readFileSync(place.file).equals(before)).toBe(true);
});

test("another program's file is refused and not touched", async () => {
  execFileSync('sqlite3', [place.file, 'CREATE TABLE theirs (x)']);
  const before = readFileSync(place.file);
  await expect(place.open()).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { problems: ['foreign database'] },
  });
  expect(readFileSync(place.file).equals(before)).toBe(true);
  writeFileSync(
    place.file,
    'not a database at all, but long enough to have a header of 100 bytes'.repeat(20),
  );
  await expect(place.open()).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { problems: ['SQLITE_NOTADB'] },
  });
});

test('a missing file is only made when asked', async () => {
  await expect(place.open({ createIfMissing: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(readdirSync(place.folder)).toEqual([]);
});

test('numbers have no gaps', async () => {
  const gap = [...migrations, { number: 4, name: 'gap', sql: '' }];
  await expect(place.open({ migrations: gap })).rejects.toThrow('expected 3');
});
