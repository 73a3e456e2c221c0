// A small installation that does what it is told, until it is told to end or is killed. Arguments: JSON of its options.
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { systemClock } from '../../shared/clock.ts';
import type { RetentionRun } from '../../shared/contract/backups/retention.ts';
import type { TargetSync } from '../../shared/contract/backups/targets.ts';
import type { BackupResult, BackupVerification, RestoreResult } from '../../shared/contract/backups.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { openCutOff } from '../doubles/cut-off-installation.ts';
import type { ProtectedOptions } from '../doubles/protected-installation.ts';
import { ShiftedClock } from '../doubles/shifted-clock.ts';
import type { Answer, Stand, Told } from './backup-engine/told.ts';
import { viewOf } from './backup-engine/view.ts';

const { prefix, recoverySalt, ...options } = JSON.parse(process.argv[2] ?? '{}') as Pick<
  ProtectedOptions,
  'folder' | 'tenantId' | 'installationId' | 'password'
> & { readonly prefix: string; readonly recoverySalt: string };
/** How far ahead its clock is goes on from process to process. */
const aheadFile = join(options.folder ?? '', '..', 'ahead');
const clock = new ShiftedClock();
if (existsSync(aheadFile)) clock.pass(Number(readFileSync(aheadFile, 'utf8')));
const pass = (milliseconds: number) => {
  clock.pass(milliseconds);
  writeFileSync(aheadFile, String(clock.now() - systemClock.now()));
};
// the same one in each process, as an installation keeps it
const recovery = await deriveKey('the recovery kit has this', undefined, Buffer.from(recoverySalt, 'hex'));
const place = await openCutOff({
  ...options,
  clock,
  recovery,
  prefix: Buffer.from(prefix, 'hex'),
  keep: true,
});
const { manager, operation, finished, tenantId, tenant } = place;

const stands = () => {
  const clock = tenant.sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock').get();
  const view = viewOf((sql) => tenant.sql(sql).all());
  return { seq: clock?.seq ?? 0, time: clock?.time ?? 0, view, contents: contents() };
};

const contents = () =>
  readdirSync(place.filesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => hash('sha256', readFileSync(join(parentPath, name))));

const backUp = (kind: 'full' | 'incremental') =>
  finished<BackupResult>(
    manager.createBackup({ scope: { tenant: 'acme' }, kind }, operation('backup.create')),
  );

/** The newest commit up to `seq` that a full snapshot stands at, also one that a killed run or a restore made. */
const newestBase = (seq: number) =>
  place.control
    .sql<{ seq: number | null }>(
      `SELECT max(commit_seq) AS seq FROM snapshots
       WHERE tenant_id = ? AND kind = 'full' AND safety = 0 AND commit_seq <= ?`,
    )
    .get(tenantId, seq)?.seq ?? 0;

/** Leaves the newest snapshots and gives the space of the others back, after the wait that this takes. */
async function prune(last: number): Promise<Pick<Stand, 'removed' | 'newestBase'>> {
  const { seq } = stands();
  const apply = () =>
    finished<RetentionRun>(
      manager.retention.applyRetention({ tenant: 'acme' }, operation('backup.retention.apply')),
    );
  const policy = { last, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1 };
  await manager.retention.setRetention(
    { tenant: 'acme', policy, reason: 'a step' },
    operation('backup.retention.set'),
  );
  await apply();
  pass(73 * 3_600_000);
  await backUp('incremental');
  await backUp('incremental');
  const before = newestBase(seq);
  return { removed: (await apply()).removed, newestBase: before };
}

/** The target in this folder, which is added where there is none. */
async function synchronise(path: string): Promise<void> {
  const [, there] = (await manager.copies.listTargets()).items;
  const { id } =
    there ??
    (await manager.copies.addTarget(
      { name: 'the copy', place: { kind: 'folder', path }, bytesPerSecond: null, covers: { kind: 'all' } },
      operation('backup.target.add'),
    ));
  if (id === null) throw new TypeError('a further target has an id');
  await finished<TargetSync>(manager.copies.syncTarget({ targetId: id }, operation('backup.target.sync')));
}

async function obey(told: Told): Promise<Answer> {
  switch (told.what) {
    case 'put':
      await place.putAll('all', told.documents);
      return stands();
    case 'remove':
      await place.remove('all', told.id);
      return stands();
    case 'file':
      await place.addFile(told.name, Buffer.from(told.content));
      return stands();
    case 'removeFile':
      await place.removeFile(told.name);
      return stands();
    case 'capture':
      await place.parts.pageLog.flush(tenantId);
      return stands();
    case 'backup': {
      const { kind } = told;
      const [made] = (await backUp(kind)).snapshots;
      return { ...stands(), id: made?.id, kind: made?.kind };
    }
    case 'restore': {
      const { what: _, ...source } = told;
      const job = manager.restoreBackup(
        { tenant: 'acme', ...source, reason: 'a step' },
        operation('backup.restore'),
      );
      const { verifiedLevel, undoId } = await finished<RestoreResult>(job);
      return { ...stands(), level: verifiedLevel, undoId };
    }
    case 'undo': {
      const job = manager.undoRestore(
        { undoId: told.undoId, reason: 'a step' },
        operation('backup.restore.undo'),
      );
      const { verifiedLevel, undoId } = await finished<RestoreResult>(job);
      return { ...stands(), level: verifiedLevel, undoId };
    }
    case 'verify': {
      const { level } = told;
      const job = manager.verifyBackupIntegrity({ tenant: 'acme', level }, operation('backup.verify'));
      const { ok, problems } = await finished<BackupVerification>(job);
      return { ...stands(), ok, problems: problems.map(({ reason }) => reason) };
    }
    case 'sync':
      await synchronise(told.path);
      return stands();
    case 'prune': {
      const pruned = await prune(told.last);
      return { ...stands(), ...pruned };
    }
    case 'end':
      await place.close();
      return { seq: 0, time: 0, view: [], contents: [] };
  }
}

process.on('message', (told: Told) => {
  obey(told)
    .catch((error: unknown) => {
      const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
      return { error: { code, message: String(error), cause: String((error as Error).cause ?? '') } };
    })
    .then((answer) => process.send?.(answer, () => told.what === 'end' && process.disconnect()));
});
process.send?.(stands());
