import type { StoredFacts } from '../drills/owner-facts.ts';
import type { BackupParts } from '../parts.ts';
import type { RepositoryId } from '../targets/target.ts';

/** Times are epoch milliseconds. */
export interface Protection {
  readonly lastBackup: number | null;
  /** The newest drill, restore or verification that read every row again. */
  readonly lastVerifiedRestore: number | null;
  /** Tenants without any backup. */
  readonly unprotected: number;
  readonly sameDisk: boolean;
}

/** What is known of all owners together. Errors: IO (the target's folder cannot be looked at). */
export async function readProtection(
  { sources, target, dataFolder }: Pick<BackupParts, 'sources' | 'target' | 'dataFolder'>,
  known: ReadonlyMap<RepositoryId, StoredFacts>,
): Promise<Protection> {
  const facts = [...known.values()];
  return {
    lastBackup: newest(facts.map(({ backedUpTo }) => backedUpTo)),
    lastVerifiedRestore: newest(facts.map(({ lastProof }) => lastProof?.time ?? null)),
    unprotected: sources.tenantIds().filter((id) => known.get(id)?.snapshots !== true).length,
    // while it is away its disk is another one, whatever device its mount point is on
    sameDisk: (await target.isReachable()) && (await target.sharesDeviceWith(dataFolder)),
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
