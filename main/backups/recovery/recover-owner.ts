import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import type { Repository } from '../container/repository.ts';
import { type FoundFolder, findFolders } from '../folders/find-folders.ts';
import type { OwnerId } from '../owner.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { destinationError } from '../restore/destination-error.ts';
import { finishRebuilt } from '../restore/last-changes.ts';
import { rebuiltFile } from '../restore/rebuild.ts';
import { type PointInput, rebuildPoint } from '../restore/rebuild-point.ts';
import { rebuildTenant } from '../restore/rebuild-tenant.ts';
import { notAsStored } from '../restore/restore-to-folder.ts';
import { proveDatabases } from '../verify/prove-databases.ts';
import { oldestPoint, pointsAt, type RecoverablePoint } from './points-at.ts';
import { isDamage, type ScannedSnapshot, scanRepository } from './scan-repository.ts';

export interface OwnerRecovery {
  readonly access: RepositoryAccess;
  readonly installationId: Uuid;
  readonly owner: OwnerId;
  /** Where control.db and audit.db, or a tenant's data.db and files/, come to lie. */
  readonly folder: string;
  /** Of a tenant's row hash; null for the installation. */
  readonly prefix: Uint8Array | null;
  /** New: what was written after the recovered state is on another one. */
  readonly timeline: Uuid;
  /** Epoch milliseconds: as of the newest recorded commit until then, of the installation control.db alone; null: the newest state. */
  readonly at: number | null;
}

export interface RecoveredOwner {
  readonly owner: OwnerId;
  /** What was recovered; null when no snapshot could be. */
  readonly restored: {
    readonly snapshot: ScannedSnapshot;
    readonly rows: number;
    /** RFC 3339: of this moment they are. */
    readonly time: string;
  } | null;
  /** Every snapshot of which the repository holds the manifest. */
  readonly snapshots: readonly ScannedSnapshot[];
  /** Snapshots of protected folders. */
  readonly folders: readonly FoundFolder[];
  /** What was passed over, in words. */
  readonly warnings: readonly string[];
}

/**
 * Brings back the newest state, or that of a moment, that can be proved row by row (level 4); damaged snapshots are passed over and
 * told. A tenant whose backups do not reach back so far comes back from the oldest, which is told too.
 * Errors: STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function recoverOwner(recovery: OwnerRecovery, context: WorkerContext): Promise<RecoveredOwner> {
  const { access, owner, at } = recovery;
  try {
    return await withRepository(access, async (repository) => {
      const scanned = await scanRepository(repository, access.location, recovery, context.signal);
      const folders = owner === null ? [] : await findFolders(repository, access.location, []);
      const warnings = scanned.unreadable.map(({ id, reason }) => passedOver(id, reason));
      for (const point of pointsOf(scanned.snapshots, recovery)) {
        const { snapshot } = point;
        try {
          const rows = await bringBack(repository, point, recovery, context);
          warnings.push(...damagedFiles(snapshot));
          const time = timeOf(point, at);
          if (at !== null && Date.parse(time) > at) warnings.push(notSoFar(at, time));
          const restored = { snapshot, rows, time };
          return { owner, restored, snapshots: scanned.snapshots, folders, warnings };
        } catch (error) {
          if (!isDamage(error)) throw error;
          await rm(recovery.folder, { recursive: true, force: true });
          warnings.push(passedOver(snapshot.id, error.message));
        }
      }
      return { owner, restored: null, snapshots: scanned.snapshots, folders, warnings };
    });
  } catch (error) {
    if (!isDamage(error) && !isWithoutKey(error)) throw error;
    return { owner, restored: null, snapshots: [], folders: [], warnings: [error.message] };
  }
}

function pointsOf(
  snapshots: readonly ScannedSnapshot[],
  { owner, at }: OwnerRecovery,
): readonly RecoverablePoint[] {
  if (at === null) return snapshots.map((snapshot) => ({ snapshot, until: null, earlier: null }));
  const points = pointsAt(snapshots, at);
  const oldest = owner === null ? undefined : oldestPoint(snapshots);
  return points.length === 0 && oldest !== undefined ? [oldest] : points;
}

/** RFC 3339. A snapshot may be younger than its last commit, after which nothing was changed. */
function timeOf({ snapshot: { manifest }, until }: RecoverablePoint, at: number | null): string {
  const { time, databases } = manifest;
  const isUpTo = at !== null && (until !== null || (databases[0]?.commits.lastTime ?? 0) <= at);
  return isUpTo && Date.parse(time) > at ? toRfc3339(at) : time;
}

/** None of the repository's key files is whole. */
function isWithoutKey(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && error.code === 'UNAUTHENTICATED';
}

async function bringBack(
  repository: Repository,
  { snapshot: { id: snapshotId }, until, earlier }: RecoverablePoint,
  { owner, folder, prefix, timeline, at }: OwnerRecovery,
  context: WorkerContext,
): Promise<number> {
  const point = { snapshotId, until, earlier };
  if (owner !== null && prefix !== null) {
    return await bringBackTenant(repository, { ...point, folder, prefix, timeline }, context);
  }
  const only = at === null ? {} : { database: 'control' };
  const snapshot = await rebuildPoint(repository, { ...point, ...only }, folder, context);
  const { problems, rows } = await proveDatabases(snapshot, folder, { level: 4, prefix: null }, context);
  if (problems.length > 0) throw notAsStored(problems);
  return rows;
}

interface TenantRecovery extends PointInput {
  readonly folder: string;
  readonly prefix: Uint8Array;
  readonly timeline: Uuid;
}

async function bringBackTenant(
  repository: Repository,
  { folder, prefix, timeline, ...point }: TenantRecovery,
  context: WorkerContext,
): Promise<number> {
  const work = join(folder, 'rebuilding');
  const filesFolder = join(folder, 'files');
  try {
    await mkdir(filesFolder, { recursive: true, mode: 0o700 });
    const rebuild = { ...point, folder: work, filesFolder, prefix };
    const { file, rows } = await rebuildTenant(repository, rebuild, systemClock, context);
    await finishRebuilt(file, { timeline, logged: [] }, systemClock);
    await rename(file, rebuiltFile(folder, 'data'));
    await rm(work, { recursive: true });
    await syncFolder(folder);
    return rows;
  } catch (error) {
    throw destinationError(error, 'a tenant');
  }
}

function damagedFiles({ id, manifest: { damaged } }: ScannedSnapshot): string[] {
  if (damaged.length === 0) return [];
  return [
    `${damaged.length} contents of files were damaged or missing already when snapshot ${id.slice(0, 8)} was made.`,
  ];
}

const notSoFar = (at: number, time: string) =>
  `No backup reaches back to ${toRfc3339(at)}. The oldest one was taken: the data are as of ${time}.`;

const passedOver = (id: string, reason: string) => `Snapshot ${id.slice(0, 8)} was passed over: ${reason}`;
