import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Connection } from '../../../../main/storage/connection.ts';
import { type FolderStand, makeFolderStand } from '../../../doubles/folder-stand.ts';

let stand: FolderStand;
let folder: string;
let writers: ChildProcess[] = [];

beforeEach(async () => {
  stand = await makeFolderStand();
  folder = stand.folder;
});
afterEach(async () => {
  for (const writer of writers) writer.kill('SIGKILL');
  writers = [];
  await stand.close();
});

/** Another program, which has the database open and does as `script` says with `db`. */
async function another(file: string, script: string): Promise<ChildProcess> {
  const program = `const db = new (require('better-sqlite3'))(${JSON.stringify(file)}); ${script}`;
  const writer = spawn(process.execPath, ['-e', program], {
    cwd: process.cwd(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writers.push(writer);
  await new Promise<void>((resolve, reject) => {
    writer.stdout?.once('data', () => resolve());
    writer.once('exit', (status) => reject(new Error(`the other program ended with ${status}`)));
  });
  return writer;
}

async function ended(writer: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => writer.once('exit', resolve));
  writer.kill('SIGKILL');
  await exit;
}

/** Pairs of rows that each transaction changes together: a torn copy shows. */
const writing = (mode: string) => `
  db.pragma('journal_mode = ${mode}'); db.pragma('busy_timeout = 10000');
  db.exec('CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, at INTEGER, pad BLOB)');
  const put = db.prepare('REPLACE INTO t VALUES (?, ?, randomblob(3000))');
  let at = 0;
  const step = () => { at += 1; db.transaction(() => { for (let id = 0; id < 2000; id += 1) put.run(id * 7, at); })(); };
  for (let n = 0; n < 3; n += 1) step();
  console.log('ready'); setInterval(step, 1);`;

function ask<Row>(file: string, sql: string): Row | undefined {
  const connection = new Connection(file, { name: 'restored', bare: true });
  try {
    return connection.sql<Row>(sql, false).get();
  } finally {
    connection.close();
  }
}

async function saved() {
  const { id } = await stand.add();
  const made = await stand.backUp(id);
  const to = join(stand.scratch, made.id.slice(0, 8));
  return { id, made, to, restored: await stand.restore(made.id, to) };
}

describe('a database in a protected folder', () => {
  test.for(['wal', 'delete'])(
    'is captured as of one moment while another program writes to it (%s)',
    async (mode) => {
      writeFileSync(join(folder, 'named.anything-wal'), 'no companion of anything');
      const file = join(folder, 'named.anything');
      const writer = await another(file, writing(mode));
      const { id, made, to, restored } = await saved();
      expect(made).toMatchObject({ databases: 1, warnings: 0 });
      expect(restored).toMatchObject({ databases: 1, warnings: 0, verifiedLevel: 4 });
      expect(readdirSync(to)).toEqual(['named.anything']);
      expect(
        ask(join(to, 'named.anything'), 'SELECT count(DISTINCT at) AS n, count(*) AS rows FROM t'),
      ).toEqual({
        n: 1,
        rows: 2000,
      });
      expect(ask(join(to, 'named.anything'), 'PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
      await setTimeout(50);
      const second = await stand.backUp(id);
      expect(second).toMatchObject({ databases: 1, warnings: 0 });
      await ended(writer);
    },
  );

  test('is read as it lies there when nobody has it open, and nothing is left beside it', async () => {
    const file = join(folder, 'at-rest.db');
    const writer = await another(file, writing('wal'));
    await ended(writer);
    // killed: the log holds commits that the file has not
    expect(existsSync(`${file}-wal`)).toBe(true);
    const shm = `${file}-shm`;
    const bytes = () => [file, `${file}-wal`].map((each) => readFileSync(each));
    const { rmSync } = await import('node:fs');
    rmSync(shm, { force: true });
    const before = bytes();
    const { made, to } = await saved();
    expect(made).toMatchObject({ databases: 1, files: 1, warnings: 0 });
    expect(ask(join(to, 'at-rest.db'), 'SELECT count(DISTINCT at) AS n, count(*) AS rows FROM t')).toEqual({
      n: 1,
      rows: 2000,
    });
    expect(readdirSync(folder).sort()).toEqual(['at-rest.db', 'at-rest.db-wal']);
    expect(bytes()).toEqual(before);
  });

  test('that is closed is one file, taken over unread while it is unchanged, and byte for byte what it was', async () => {
    const file = join(folder, 'closed.db');
    const connection = newDatabase(file);
    connection.exec("PRAGMA journal_mode = wal; INSERT INTO t VALUES (1, 'x')");
    connection.close();
    const { id, made, to } = await saved();
    expect(made).toMatchObject({ databases: 1, warnings: 0 });
    expect(readFileSync(join(to, 'closed.db'))).toEqual(readFileSync(file));
    expect(readdirSync(folder)).toEqual(['closed.db']);
    await stand.backUp(id);
    expect(stand.place.recorded.at(-1)?.facts).toMatchObject({ filesRead: 0, files: 1 });
  });

  test('that cannot be captured is saved as a plain file with its companions, and named', async () => {
    const damaged = join(folder, 'damaged.db');
    newDatabase(damaged).close();
    const bytes = readFileSync(damaged);
    bytes.fill(0x55, 100, 4096);
    writeFileSync(damaged, bytes);
    writeFileSync(
      join(folder, 'no-database.db'),
      Buffer.concat([Buffer.from('SQLite format 3\0'), randomBytes(5000)]),
    );
    mkdirSync(join(folder, 'locked'));
    const locked = join(folder, 'locked/exclusive.db');
    newDatabase(locked).close();
    await another(
      locked,
      "db.exec('BEGIN EXCLUSIVE; INSERT INTO t VALUES (1, 2)'); console.log('ready'); setInterval(() => {}, 1000);",
    );
    const { made, to, restored } = await saved();
    const notes = await stand.notes(made.id);
    expect(notes.map(({ path, problem }) => [path, problem])).toEqual([
      ['damaged.db', 'database-as-file'],
      ['no-database.db', 'database-as-file'],
      ['locked/exclusive.db', 'database-as-file'],
    ]);
    expect(notes.at(-1)?.detail).toBe('LOCKED');
    expect(made.warnings).toBe(3);
    expect(readFileSync(join(to, 'damaged.db'))).toEqual(bytes);
    expect(restored.notes).toContainEqual({
      path: 'damaged.db',
      problem: 'unsound',
      detail: expect.anything(),
    });
    expect(readdirSync(join(to, 'locked')).sort()).toEqual(readdirSync(join(folder, 'locked')).sort());
    const { ok, problems } = await stand.place.finished<{ ok: boolean; problems: unknown }>(
      stand.place.manager.verifyBackupIntegrity(
        { tenant: 'acme', level: 4 },
        stand.place.operation('backup.verify'),
      ),
    );
    expect({ ok, problems }).toEqual({ ok: true, problems: [] });
  });

  test('costs the groups of pages that changed', async () => {
    const file = join(folder, 'large.db');
    const connection = newDatabase(file);
    connection.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
       INSERT INTO t SELECT i, hex(randomblob(500)) FROM n`,
    );
    const { id } = await stand.add();
    const first = await stand.backUp(id);
    connection.exec('UPDATE t SET pad = hex(randomblob(500)) WHERE id IN (100, 4000, 7000)');
    connection.close();
    const second = await stand.backUp(id);
    expect(first.bytesAdded).toBeGreaterThan(4_000_000);
    expect(second.bytesAdded).toBeLessThan(100_000);
    copyFileSync(file, join(stand.scratch, 'now'));
    const to = join(stand.scratch, 'then');
    await stand.restore(first.id, to);
    expect(ask(join(to, 'large.db'), 'SELECT count(*) AS rows FROM t')).toEqual({ rows: 8000 });
  });
});

function newDatabase(file: string): Connection {
  writeFileSync(file, '');
  const connection = new Connection(file, { name: 'foreign', bare: true });
  connection.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, pad TEXT)');
  return connection;
}
