import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay } from '../../main/backups/pagelog/replay.ts';
import { SegmentFile } from '../../main/backups/pagelog/segment-file.ts';
import { makeProtected, type Protected } from '../doubles/protected-installation.ts';
import { restic } from './restic-program.ts';

const commits = 500;
let place: Protected;
let out: string;
beforeAll(async () => {
  place = await makeProtected();
  out = mkdtempSync(join(tmpdir(), 'holdfast-commits-'));
});
afterAll(async () => {
  await place.close();
  rmSync(out, { recursive: true, force: true });
});

const rows = `SELECT group_concat(id || ' ' || revision || ' ' || state || ' ' || content, ';') AS v
  FROM (SELECT * FROM documents ORDER BY collection, id, revision)`;

test(`each of ${commits} commits is in what restic restores, row for row`, { timeout: 180_000 }, async () => {
  await place.put('orders', 'order-0', { first: true });
  expect(await place.snapshot()).toMatchObject({ kind: 'full' });
  const states = new Map<number, string>();
  for (let n = 0; n < commits; n += 1) {
    if (n % 9 === 4) await place.remove('orders', `order-${n % 7}`);
    else await place.put('orders', `order-${n % 7}`, { n, text: 'x'.repeat((n * 37) % 900) });
    const seq = place.tenant.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq ?? 0;
    states.set(seq, place.tenant.sql<{ v: string }>(rows).get()?.v ?? '');
    if (n % 130 === 100) expect(await place.snapshot()).toMatchObject({ kind: 'incremental' });
  }
  const last = await place.snapshot();
  expect(states.size).toBe(commits);

  restic(last?.repository ?? '', 'the machine keeps this', 'restore', last?.id ?? '', '--target', out);
  const log = join(out, 'data', 'log');
  const segments = readdirSync(log).map((name) => new SegmentFile(join(log, name)));
  const file = join(out, 'rebuilt.sqlite');
  cpSync(join(out, 'data', 'base'), file);
  const base = new DatabaseSync(file);
  const first = base.prepare('SELECT seq FROM commit_clock').get()?.seq as number;
  const pages = base.prepare('PRAGMA page_count').get()?.page_count as number;
  base.close();
  const descriptor = openSync(file, 'r+');
  const target = { descriptor, pageSize: 4096, pages, seq: first };
  const readable = segments.map(({ header, path, read }) => ({ header, name: path, read }));
  for (const [commit, state] of states) {
    await replay(target, readable, { commit });
    expect(target.seq).toBe(commit);
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare(rows).get()?.v).toBe(state);
    expect(database.prepare('SELECT seq FROM commit_clock').get()?.seq).toBe(commit);
    expect(database.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
    database.close();
  }
  closeSync(descriptor);
  for (const segment of segments) segment.close();
});
