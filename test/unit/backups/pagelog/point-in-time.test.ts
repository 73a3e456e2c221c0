import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSegmentName } from '../../../../main/backups/pagelog/segment-file.ts';
import { folderTarget } from '../../../../main/backups/targets/folder-target.ts';
import type { BackupVerification, RestorePlan, RestoreResult } from '../../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const acme = { tenant: 'acme' };
const restore = (at: string, destination: { kind: 'folder'; path: string } | { kind: 'in-place' }) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { ...acme, at, destination, reason: 'a test' },
      place.operation('backup.restore'),
    ),
  );
const history = async () =>
  (await place.manager.getBackupHistory({ ...acme, limit: 100 }, place.operation())).items;

interface Moment {
  readonly time: string;
  readonly documents: string;
}

const sql = `SELECT group_concat(id || ' ' || revision || ' ' || state || ' ' || content, ';') AS v
  FROM (SELECT * FROM documents ORDER BY collection, id, revision)`;
const documentsNow = () => place.tenant.sql<{ v: string | null }>(sql).get()?.v ?? '';
const documentsIn = (file: string) =>
  execFileSync('sqlite3', ['-batch', file, sql], { encoding: 'utf8', maxBuffer: 2 ** 28 }).trim();

/** One commit, and a moment after it that no later commit shares. */
async function moment(): Promise<Moment> {
  await place.put('orders', `order-${randomInt(40)}`, {
    total: randomInt(1000),
    text: 'x'.repeat(randomInt(3000)),
  });
  const documents = documentsNow();
  const time = new Date().toISOString();
  await setTimeout(3);
  return { time, documents };
}

async function moments(count: number): Promise<Moment[]> {
  const all: Moment[] = [];
  for (let at = 0; at < count; at += 1) all.push(await moment());
  return all;
}

async function expectMoment({ time, documents }: Moment): Promise<void> {
  const path = join(place.folder, '..', `restored-${randomInt(2 ** 40)}`);
  try {
    const { verifiedLevel } = await restore(time, { kind: 'folder', path });
    expect(verifiedLevel).toBe(4);
    expect(documentsIn(join(path, 'data.db'))).toBe(documents);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

test('the second backup takes only what changed, and is as whole as the first', async () => {
  await moments(5);
  await place.putAll(
    'stock',
    Array.from({ length: 4000 }, (_, n) => ({ id: `item-${n}`, value: { text: `${n}`.repeat(60) } })),
  );
  expect(await place.snapshot()).toMatchObject({ kind: 'full' });
  await place.addFile('letter.txt', Buffer.from('a letter'));
  await moments(5);
  const second = await place.snapshot();
  expect(second.kind).toBe('incremental');
  const third = await place.snapshot();
  expect(third.kind).toBe('incremental');
  const started = place.manager.verifyBackupIntegrity(
    { ...acme, level: 4 },
    place.operation('backup.verify'),
  );
  const verified = await place.finished<BackupVerification>(started);
  expect(verified).toMatchObject({ ok: true, problems: [] });
  expect(verified.snapshots).toHaveLength(3);
});

test('what waits in the log when a full backup ends half-way comes back as well', async () => {
  await place.snapshot();
  const waiting = await moments(4);
  // the new base is there, and the log behind it in no snapshot: as where a process is killed between them
  const { pageLog } = place.parts;
  const really = pageLog.flush.bind(pageLog);
  const flush = vi.spyOn(pageLog, 'flush').mockImplementationOnce(really);
  flush.mockRejectedValueOnce(new HoldfastError('IO', 'The process ended here.'));
  await expect(place.snapshot('full')).rejects.toMatchObject({ code: 'IO' });
  flush.mockRestore();
  expect(await history()).toMatchObject([{ kind: 'full' }, { kind: 'full' }]);
  for (const each of waiting) await expectMoment(each);
});

test('every moment comes back, from the log of any snapshot, a new base and what no snapshot has yet', async () => {
  await place.snapshot();
  const first = await moments(8);
  await place.snapshot();
  const second = await moments(8);
  expect(await place.snapshot('full')).toMatchObject({ kind: 'full' });
  const third = await moments(8);
  await place.snapshot();
  const last = await moments(4);
  const before = await history();
  for (const each of [...first, ...second, ...third, ...last]) await expectMoment(each);
  // the last ones were saved on the way
  expect((await history()).length).toBe(before.length + 1);
}, 120_000);

test('in place to a moment, seen before, and back again', async () => {
  await place.snapshot();
  const [then] = await moments(3);
  if (then === undefined) throw new Error('no moment');
  await place.put('orders', 'lost', { total: 1 });
  const now = documentsNow();
  const planned = place.manager.planRestore(
    { ...acme, at: then.time, destination: { kind: 'in-place' } },
    place.operation('backup.restore.plan'),
  );
  const plan = await place.finished<RestorePlan>(planned);
  expect(plan.pointInTime).toBe(then.time);
  expect(plan.changes).toMatchObject([{ collection: 'orders', lost: expect.any(Number) }]);
  const { undoId } = await restore(then.time, { kind: 'in-place' });
  expect(documentsNow()).toBe(then.documents);
  await place.finished(
    place.manager.undoRestore(
      { undoId: undoId ?? ('' as never), reason: 'back' },
      place.operation('backup.restore.undo'),
    ),
  );
  expect(documentsNow()).toBe(now);
  const after = await moment();
  expect(await place.snapshot()).toMatchObject({ kind: 'incremental' });
  await expectMoment(after);
  await expectMoment(then);
}, 60_000);

test.each([
  ['the pages', 20],
  ['the header', -60],
])('a segment that was changed in %s is not taken along: a new base is made, once', async (_, at) => {
  await place.snapshot();
  const chains = join(place.folder, 'pitr', place.tenantId);
  const [chain = ''] = readdirSync(chains).filter((name) => name !== 'chain.json');
  const waiting = join(chains, chain, 'data');
  const before = readdirSync(waiting);
  await moments(3);
  const captured = await vi.waitUntil(
    () => readdirSync(waiting).find((name) => isSegmentName(name) && !before.includes(name)),
    { timeout: 20_000 },
  );
  const file = join(waiting, captured);
  const bytes = readFileSync(file);
  const position = (at + bytes.length) % bytes.length;
  bytes[position] = (bytes[position] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
  expect(await place.snapshot()).toMatchObject({ kind: 'full' });
  const after = await moment();
  expect(await place.snapshot()).toMatchObject({ kind: 'incremental' });
  await expectMoment(after);
});

test('a commit that comes while the log is flushed is found in the next snapshot', async () => {
  await place.snapshot();
  await moment();
  const { pageLog } = place.parts;
  const flush = pageLog.flush.bind(pageLog);
  let late: Moment | undefined;
  vi.spyOn(pageLog, 'flush').mockImplementationOnce(async (tenantId) => {
    const delta = await flush(tenantId);
    late = await moment();
    return delta;
  });
  await place.snapshot();
  await moment();
  await place.snapshot();
  if (late === undefined) throw new Error('nothing was flushed');
  await expectMoment(late);
});

test('commits made while a new base is read and stored come back one by one', async () => {
  await place.snapshot();
  await moment();
  const all: Moment[] = [];
  let ended = false;
  const writing = (async () => {
    while (!ended) all.push(await moment());
  })();
  const { kind } = await place.snapshot('full');
  ended = true;
  await writing;
  expect(kind).toBe('full');
  await moment();
  await place.snapshot();
  expect(all.length).toBeGreaterThan(20);
  const some = all.filter((_, at) => at % Math.ceil(all.length / 12) === 0);
  for (const each of [...some, ...all.slice(-2)]) await expectMoment(each);
}, 120_000);

test('a backup disk that is away for one run costs no commit', async () => {
  const disk = join(place.folder, 'disk');
  mkdirSync(disk);
  const other = await makeProtected({ target: (id) => folderTarget(disk, id) });
  const mine = place;
  place = other;
  try {
    await place.snapshot();
    const then = await moment();
    renameSync(disk, `${disk}-away`);
    mkdirSync(disk);
    await expect(place.snapshot()).rejects.toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
    rmSync(disk, { recursive: true });
    renameSync(`${disk}-away`, disk);
    expect(await place.snapshot()).toMatchObject({ kind: 'incremental' });
    await moment();
    await expectMoment(then);
  } finally {
    place = mine;
    await other.close();
  }
});
