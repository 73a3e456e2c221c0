import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Repository } from '../container/repository.ts';
import type { OwnerId } from '../owner.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { manifestOfOurs } from '../snapshot/open-snapshot.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { repositoryFiles } from '../targets/target.ts';

export interface ScannedSnapshot {
  readonly id: string;
  readonly manifest: Manifest;
}

export interface ScannedRepository {
  /** The best to recover from first. */
  readonly snapshots: readonly ScannedSnapshot[];
  /** Snapshots whose manifest or tree cannot be read. */
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
}

/** What stored data may be without being wrong of this program, so that another snapshot can take its place. */
const damage: ReadonlySet<string> = new Set(['INTEGRITY', 'NOT_FOUND', 'NEWER_FORMAT']);

/** Whether an error says that this snapshot cannot be had, while others may be. */
export function isDamage(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && (damage.has(error.code) || isBadSector(error));
}

function isBadSector({ code, data }: HoldfastError): boolean {
  return code === 'IO' && data.errno === 'EIO' && data.file !== undefined;
}

/** Reads the manifest of every snapshot of this owner's. Errors: IO, CANCELLED. */
export async function scanRepository(
  repository: Repository,
  location: RepositoryLocation,
  { installationId, owner }: { readonly installationId: Uuid; readonly owner: OwnerId },
  signal: AbortSignal,
): Promise<ScannedRepository> {
  const snapshots: ScannedSnapshot[] = [];
  const unreadable: { id: string; reason: string }[] = [];
  for (const { name: id } of await repositoryFiles(location).list('snapshots')) {
    signal.throwIfAborted();
    try {
      const manifest = await manifestOfOurs(repository, id);
      if (manifest === undefined) continue;
      const isOwn = manifest.installationId === installationId && manifest.tenantId === owner;
      if (isOwn) snapshots.push({ id, manifest });
    } catch (error) {
      if (!isDamage(error)) throw error;
      unreadable.push({ id, reason: error.message });
    }
  }
  return { snapshots: snapshots.sort(byWorth), unreadable };
}

/**
 * A state before a restore in place only where there is no other, one without the audit log likewise; else the newest by
 * its last commit, whose time never goes back as a clock may.
 */
function byWorth({ manifest: one }: ScannedSnapshot, { manifest: other }: ScannedSnapshot): number {
  return (
    Number(one.safety) - Number(other.safety) ||
    other.databases.length - one.databases.length ||
    lastCommit(other).time - lastCommit(one).time ||
    lastCommit(other).seq - lastCommit(one).seq ||
    Date.parse(other.time) - Date.parse(one.time)
  );
}

function lastCommit({ databases: [database] }: Manifest) {
  return { time: database?.commits.lastTime ?? 0, seq: database?.commits.last ?? 0 };
}
