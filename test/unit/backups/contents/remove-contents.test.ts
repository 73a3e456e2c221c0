import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { contentPath } from '../../../../main/row-hash/tenant-rows.ts';
import type { RetentionRun } from '../../../../shared/contract/backups/retention.ts';
import type { BackupVerification, RestoreResult } from '../../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../../shared/errors.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';
import { ShiftedClock } from '../../../doubles/shifted-clock.ts';

let clock: ShiftedClock;
let place: Protected;
beforeEach(async () => {
  clock = new ShiftedClock();
  place = await makeProtected({ clock });
  await place.put('orders', 'one', { at: 1 });
});
afterEach(() => place.close());

const acme = { tenant: 'acme' };
const retain = () =>
  place.finished<RetentionRun>(
    place.manager.retention.applyRetention(acme, place.operation('backup.retention.apply')),
  );
const add = (name: string) => place.addFile(name, Buffer.from(`content of ${name}`));
const isHere = (sha256: string) => existsSync(contentPath(place.filesFolder, sha256));
const listed = () => place.tenant.sql<{ n: number }>('SELECT count(*) AS n FROM removed_contents').get()?.n;
/** A moment after every commit until now and before every later one. */
const moment = async () => {
  await setTimeout(3);
  const at = new Date(clock.now()).toISOString();
  await setTimeout(3);
  return at;
};
const restoreInPlace = (source: { at: string } | { snapshotId: string }) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { ...acme, ...source, destination: { kind: 'in-place' }, reason: 'a test' },
      place.operation('backup.restore'),
    ),
  );

/** What a folder restored to a moment has of a file; undefined: its content is not there. */
async function restored(at: string, name: string): Promise<{ content?: string; readme: string }> {
  const path = join(place.folder, '..', `restored-${place.tenantId}`);
  try {
    await place.finished<RestoreResult>(
      place.manager.restoreBackup(
        { ...acme, at, destination: { kind: 'folder', path }, reason: 'a test' },
        place.operation('backup.restore'),
      ),
    );
    const file = join(path, 'files', name);
    const readme = readFileSync(join(path, 'README.txt'), 'utf8');
    return existsSync(file) ? { content: readFileSync(file, 'utf8'), readme } : { readme };
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
const expectWhole = async () => {
  const verified = await place.finished<BackupVerification>(
    place.manager.verifyBackupIntegrity({ ...acme, level: 4 }, place.operation('backup.verify')),
  );
  expect(verified).toMatchObject({ ok: true, problems: [] });
};

test('a deleted content leaves the disk when a backup has it, and comes back from there', async () => {
  await place.snapshot();
  const brief = await add('brief');
  const kept = await add('kept');
  await place.addFile('the same', Buffer.from('content of kept'));
  const at = await moment();
  await place.removeFile('brief');
  await place.removeFile('kept');
  expect([isHere(brief), isHere(kept)]).toEqual([true, true]);
  await place.snapshot();
  // another entry names the second
  expect([isHere(brief), isHere(kept), listed()]).toEqual([false, true, 0]);
  expect((await restored(at, 'brief')).content).toBe('content of brief');
  await expectWhole();
  await restoreInPlace({ at });
  expect(readFileSync(contentPath(place.filesFolder, brief), 'utf8')).toBe('content of brief');
});

test('of snapshots that retention removes, those behind them have what was named between', async () => {
  await place.snapshot();
  const brief = await add('brief');
  const at = await moment();
  await place.snapshot();
  await place.removeFile('brief');
  clock.pass(1000);
  await place.snapshot();
  expect(isHere(brief)).toBe(false);
  const policy = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
  await place.manager.retention.setRetention(
    { ...acme, policy, reason: 'a test' },
    place.operation('backup.retention.set'),
  );
  await retain();
  clock.pass(73 * 3_600_000);
  await place.put('orders', 'one', { at: 2 });
  await place.snapshot();
  await place.put('orders', 'one', { at: 3 });
  await place.snapshot();
  expect((await retain()).removed).toHaveLength(2);
  expect((await restored(at, 'brief')).content).toBe('content of brief');
  await expectWhole();
});

test('a new base cuts nothing off: what was named before it comes back from the log before it', async () => {
  await place.snapshot();
  const brief = await add('brief');
  const at = await moment();
  await place.removeFile('brief');
  await place.put('orders', 'one', { at: 2 });
  expect((await place.snapshot('full')).kind).toBe('full');
  expect(isHere(brief)).toBe(false);
  const later = await add('later');
  const then = await moment();
  await place.removeFile('later');
  await place.snapshot();
  expect(isHere(later)).toBe(false);
  expect((await restored(at, 'brief')).content).toBe('content of brief');
  expect((await restored(then, 'later')).content).toBe('content of later');
});

test('a restore in place takes entries away without deleting them: their contents come back too', async () => {
  const { id } = await place.snapshot();
  const brief = await add('brief');
  const gone = await add('gone');
  const at = await moment();
  await place.removeFile('gone');
  // no backup before the safety snapshot, which is apart from the log
  await restoreInPlace({ snapshotId: id });
  await place.snapshot();
  expect([isHere(brief), isHere(gone), listed()]).toEqual([false, false, 0]);
  expect((await restored(at, 'brief')).content).toBe('content of brief');
  expect((await restored(at, 'gone')).content).toBe('content of gone');
});

test('a kill between the removal of contents and of their lines loses nothing', async () => {
  await place.snapshot();
  const brief = await add('brief');
  await place.removeFile('brief');
  await place.snapshot();
  const file = contentPath(place.filesFolder, brief);
  const lines = `INSERT INTO removed_contents (sha256, size, seq) VALUES (?, 1, 1)`;
  await place.tenant.write((transaction) => transaction.sql(lines).run(Buffer.from(brief, 'hex')));
  await place.snapshot();
  expect(listed()).toBe(0);
  // added again meanwhile
  await place.tenant.write((transaction) => transaction.sql(lines).run(Buffer.from(brief, 'hex')));
  await add('brief');
  await place.snapshot();
  expect([existsSync(file), listed()]).toEqual([true, 0]);
});

test('what waits for its backup stays, also while backups fail', async () => {
  await place.snapshot();
  const brief = await add('brief');
  const at = await moment();
  await place.removeFile('brief');
  const away = new HoldfastError('IO', 'The disk is away.');
  vi.spyOn(place.parts.pageLog, 'flush').mockRejectedValueOnce(away);
  await expect(place.snapshot()).rejects.toMatchObject({ code: 'IO' });
  await retain();
  await place.manager.contentFreed(place.tenantId);
  expect([isHere(brief), listed()]).toEqual([true, 1]);
  await place.snapshot();
  expect(isHere(brief)).toBe(false);
  expect((await restored(at, 'brief')).content).toBe('content of brief');
});

test('what nobody names, such as a refused addition has left, goes with a full backup', async () => {
  await add('kept');
  const left = contentPath(place.filesFolder, 'ab'.repeat(32));
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, 'left');
  await place.snapshot('full');
  expect(existsSync(left)).toBe(false);
  expect((await place.manager.getBackupHistory({ ...acme, limit: 1 }, place.operation())).items).toHaveLength(
    1,
  );
  await place.snapshot();
  await expectWhole();
});

test('without a backup, deleted contents go at once', async () => {
  const brief = await add('brief');
  const kept = await add('kept');
  await place.removeFile('brief');
  await place.manager.contentFreed(place.tenantId);
  expect([isHere(brief), isHere(kept), listed()]).toEqual([false, true, 0]);
  await place.snapshot();
  await place.removeFile('kept');
  await place.manager.contentFreed(place.tenantId);
  expect([isHere(kept), listed()]).toEqual([true, 1]);
});

test('a content that no backup ever had is said to be missing, and why', async () => {
  await place.snapshot();
  const brief = await add('brief');
  const at = await moment();
  await place.removeFile('brief');
  // as before this version, which knew nothing of contents between two backups
  await place.tenant.write((transaction) => transaction.sql('DELETE FROM removed_contents').run());
  await place.snapshot();
  const { content, readme } = await restored(at, 'brief');
  expect(content).toBeUndefined();
  expect(readme).toContain('1 contents are in no backup');
  expect(readme).toContain(brief);
  expect(readme).not.toContain('missing or damaged');
});
