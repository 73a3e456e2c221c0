import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import { isFolderSnapshot } from '../folders/folder-facts.ts';
import { verifyFolder } from '../folders/verify-folder.ts';
import type { CarriedNote } from '../needs.ts';
import { rebuildDatabases } from '../restore/rebuild.ts';
import { carriedNotes } from '../snapshot/carried-notes.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { repositoryFiles } from '../targets/target.ts';
import { clearWorkFolder } from '../work-folder.ts';
import { proveDatabases } from './prove-databases.ts';
import { readEveryBlob } from './read-every-blob.ts';

export type Level = 0 | 1 | 2 | 3 | 4;

export interface VerifyPlan {
  readonly level: Level;
  /** One snapshot, or null for all of the repository. */
  readonly only: string | null;
  /** Snapshots that the catalogue lists. */
  readonly catalogued: readonly string[];
  /** Databases in snapshots of folders that are known to be no sound ones, by snapshot. */
  readonly torn: ReadonlyMap<string, readonly string[]>;
  /** Snapshots that the audit log tells of. */
  readonly told: readonly string[];
  readonly prefix: Uint8Array | null;
  /** An existing folder for databases that are rebuilt and thrown away. */
  readonly workFolder: string;
}

export interface VerifyReport {
  readonly problems: readonly { readonly snapshotId: string | null; readonly reason: string }[];
  readonly verified: readonly string[];
  readonly passed: readonly string[];
  /** Snapshots of ours that the catalogue does not know. */
  readonly uncatalogued: readonly { readonly id: string; readonly manifest: Manifest }[];
  /** Checkpoints of the audit log that its snapshots carry. */
  readonly notes: readonly CarriedNote[];
}

const containerLevels = ['files', 'stored', 'content', 'content', 'content'] as const;

/**
 * Verifies a repository or one snapshot: 0 catalogue and sizes, 1 SHA-256 of stored files, 2 every blob unsealed
 * and the manifest's page maps, 3 rebuilt and checked by SQLite, 4 every row read again. Each includes those before.
 * Problems are answered, not thrown. Errors: CANCELLED, UNAUTHENTICATED, STORAGE_FULL, LOCKED.
 */
export async function verifyRepository(
  repository: Repository,
  location: RepositoryLocation,
  plan: VerifyPlan,
  context: WorkerContext,
): Promise<VerifyReport> {
  const { signal, progress } = context;
  const present = (await repositoryFiles(location).list('snapshots')).map(({ name }) => name);
  const problems: { snapshotId: string | null; reason: string }[] = vanished(plan, present);
  // one snapshot alone is read blob by blob below, without the rest of the repository
  const wanted = plan.only === null ? containerLevels[plan.level] : plan.level === 0 ? 'files' : 'stored';
  progress.phase('Checking stored files', null, 'bytes');
  const onProgress = forwardBytes(progress.advance);
  const report = await repository.check(wanted, { signal, onProgress });
  for (const { file, what } of report.problems) {
    const snapshotId = /^snapshots\/([0-9a-f]{64})$/.exec(file)?.[1] ?? null;
    problems.push({ snapshotId, reason: `${file}: ${what}` });
  }
  const repositoryDamaged = report.problems.length > 0;

  const ours = await snapshotsOfOurs(repository, present);
  const selected = plan.only === null ? ours : ours.filter((id) => id === plan.only);
  const readEvery = repositoryDamaged || (plan.only !== null && plan.level >= 2);
  const passed: string[] = [];
  const uncatalogued: { id: string; manifest: Manifest }[] = [];
  const notes: CarriedNote[] = [];
  const sound = new Set<string>();
  const known = new Set(plan.catalogued);
  for (const id of selected) {
    signal.throwIfAborted();
    const found: string[] = [];
    try {
      if (readEvery) await readEveryBlob(repository, id, sound, context);
      const manifest = await verifySnapshot(repository, id, plan, context, found);
      if (manifest !== undefined) {
        notes.push(...carriedNotes([{ id, manifest }]));
        if (!known.has(id)) uncatalogued.push({ id, manifest });
      }
    } catch (error) {
      found.push(damageIn(error));
    }
    problems.push(...found.map((reason) => ({ snapshotId: id, reason })));
    if (found.length === 0) passed.push(id);
  }
  return { problems: distinct(problems), verified: selected, passed, uncatalogued, notes };
}

/** The manifest of a tenant's or the installation's own; a folder's has none. */
async function verifySnapshot(
  repository: Repository,
  id: string,
  { level, prefix, workFolder, torn }: VerifyPlan,
  context: WorkerContext,
  problems: string[],
): Promise<Manifest | undefined> {
  const isFolder = isFolderSnapshot(await repository.readSnapshot(id));
  const snapshot = isFolder ? undefined : await openSnapshot(repository, id);
  if (snapshot !== undefined && level < 3) return snapshot.manifest;
  const folder = await mkdtemp(join(workFolder, 'verify-'));
  try {
    if (snapshot === undefined) {
      const how = { level, folder, torn: new Set(torn.get(id)) };
      problems.push(...(await verifyFolder(repository, id, how, context)));
      return undefined;
    }
    await rebuildDatabases(repository, snapshot, folder, context);
    const proof = await proveDatabases(snapshot, folder, { level: level === 3 ? 3 : 4, prefix }, context);
    problems.push(...proof.problems);
  } finally {
    await clearWorkFolder(folder);
  }
  return snapshot.manifest;
}

function vanished({ only, catalogued, told }: VerifyPlan, present: readonly string[]) {
  const there = new Set(present);
  const listed = new Set(catalogued);
  const asked = (id: string) => only === null || id === only;
  return [
    ...catalogued
      .filter((id) => asked(id) && !there.has(id))
      .map((id) => ({
        snapshotId: id,
        reason: 'the catalogue lists it, but it has vanished from the repository',
      })),
    ...told
      .filter((id) => asked(id) && !there.has(id) && !listed.has(id))
      .map((id) => ({
        snapshotId: id,
        reason: 'the audit log tells of it, but it has vanished from the repository',
      })),
  ];
}

/** Other programs may keep snapshots in the same repository: those are theirs. */
async function snapshotsOfOurs(repository: Repository, present: readonly string[]): Promise<string[]> {
  const ours: string[] = [];
  for (const id of present) {
    try {
      const snapshot = await repository.readSnapshot(id);
      if (snapshot.tags?.includes('holdfast') || isFolderSnapshot(snapshot)) ours.push(id);
    } catch (error) {
      // a damaged one may be ours; what is wrong with it is told where it is verified
      if (!(error instanceof HoldfastError && error.code === 'INTEGRITY')) throw error;
      ours.push(id);
    }
  }
  return ours;
}

/** What is wrong with a snapshot, when that is why it could not be read; other errors end the work. */
function damageIn(error: unknown): string {
  const codes = ['INTEGRITY', 'NOT_FOUND', 'NEWER_FORMAT', 'IO'];
  if (error instanceof HoldfastError && codes.includes(error.code)) return error.message;
  throw error;
}

function forwardBytes(advance: (by: number) => void): (progress: { readonly bytes: number }) => void {
  let last = 0;
  return ({ bytes }) => {
    advance(Math.max(0, bytes - last));
    last = bytes;
  };
}

function distinct(problems: readonly { snapshotId: string | null; reason: string }[]) {
  return [...new Map(problems.map((each) => [`${each.snapshotId} ${each.reason}`, each])).values()];
}
