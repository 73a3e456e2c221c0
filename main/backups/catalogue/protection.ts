import type { StoredFacts } from '../drills/owner-facts.ts';
import type { BackupParts } from '../parts.ts';
import { standsOnDataDisk } from '../targets/first-place.ts';
import type { RepositoryId } from '../targets/target.ts';

/** Times are epoch milliseconds. */
export interface Protection {
  readonly lastBackup: number | null;
  /** The newest drill, restore or verification that read every row again. */
  readonly lastVerifiedRestore: number | null;
  /** Tenants without any backup. */
  readonly unprotected: number;
  /** The first target is known to stand on the disk of the data, now or when it was last looked at. */
  readonly sameDisk: boolean;
  /** It is known to stand on another one. */
  readonly firstOutlivesDisk: boolean;
}

/** What is known of all owners together. Errors: IO (the target's folder cannot be looked at). */
export async function readProtection(
  parts: Pick<BackupParts, 'sources' | 'target' | 'firstPlace' | 'dataFolder' | 'report'>,
  known: ReadonlyMap<RepositoryId, StoredFacts>,
): Promise<Protection> {
  const { sources } = parts;
  const onDataDisk = await standsOnDataDisk(parts);
  const facts = [...known.values()];
  return {
    lastBackup: newest(facts.map(({ backedUpTo }) => backedUpTo)),
    lastVerifiedRestore: newest(facts.map(({ lastProof }) => lastProof?.time ?? null)),
    unprotected: sources.tenantIds().filter((id) => known.get(id)?.snapshots !== true).length,
    sameDisk: onDataDisk === true,
    firstOutlivesDisk: onDataDisk === false,
  };
}

/** When each owner's newest backup was made, safety snapshots aside. Epoch milliseconds. */
export function lastBackups(known: ReadonlyMap<RepositoryId, StoredFacts>): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const [owner, { backedUpTo }] of known) if (backedUpTo !== null) made.set(owner, backedUpTo);
  return made;
}

function newest(times: readonly (number | null)[]): number | null {
  return times.reduce<number | null>(
    (last, time) => (time !== null && (last === null || time > last) ? time : last),
    null,
  );
}
