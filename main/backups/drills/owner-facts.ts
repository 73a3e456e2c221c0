import type { OwnerProtection } from '../../../shared/contract/backups/drills.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading } from '../../storage/store.ts';
import { type CatalogueEntry, newestSnapshot } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { type DrillRow, newestDrills } from './drill-store.ts';
import { forecastOf } from './forecast.ts';

/** What protects one owner. Times are epoch milliseconds. */
export interface OwnerFacts {
  /** Until when all of it comes back from its newest backup; null without one. */
  readonly backedUpTo: number | null;
  /** There is a snapshot, be it a safety one. */
  readonly snapshots: boolean;
  /** Until when every commit is captured on this machine; null where none is. */
  readonly capturedTo: number | null;
  readonly lastProof: {
    readonly time: number;
    readonly snapshotId: string;
    readonly by: 'drill' | 'verification';
  } | null;
  readonly forecast: OwnerProtection['forecast'];
  readonly lastDrill: DrillRow | undefined;
}

/** So many drills weigh in a forecast: the machine of last year says little of this one. */
const measuredBy = 7;

/** What control.db says of one owner: all but `capturedTo`. */
export type StoredFacts = Omit<OwnerFacts, 'capturedTo'>;

export function ownerFacts(stored: StoredFacts, { pageLog }: BackupParts, owner: OwnerId): OwnerFacts {
  const capturedTo = stored.backedUpTo === null ? null : pageLog.capturedUpTo(repositoryIdOf(owner));
  return { ...stored, capturedTo };
}

export function readFacts(control: Reading, owner: OwnerId): StoredFacts {
  const newest = newestOf(control, owner);
  const proven = newestDrills(control, owner, { outcome: 'proven', limit: measuredBy });
  return {
    backedUpTo: newest?.time ?? null,
    snapshots: control.sql('SELECT 1 FROM snapshots WHERE tenant_id IS ? LIMIT 1').get(owner) !== undefined,
    lastProof: lastProof(control, owner, proven[0]),
    forecast: newest === undefined ? null : forecastOf(proven, newest.summary.bytes),
    lastDrill: newestDrills(control, owner, { limit: 1 })[0],
  };
}

function newestOf(control: Reading, owner: OwnerId): CatalogueEntry | undefined {
  try {
    return newestSnapshot(control, owner, null);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function lastProof(control: Reading, owner: OwnerId, drill: DrillRow | undefined): OwnerFacts['lastProof'] {
  const verified = control
    .sql<{ id: string; time: number }>(
      `SELECT id, verified_at AS time FROM snapshots WHERE tenant_id IS ? AND verified_level = 4
       ORDER BY verified_at DESC LIMIT 1`,
    )
    .get(owner);
  const drilled = drill?.endedAt ?? null;
  if (drill !== undefined && drilled !== null && drilled >= (verified?.time ?? 0)) {
    return { time: drilled, snapshotId: drill.snapshotId, by: 'drill' };
  }
  return verified === undefined ? null : { time: verified.time, snapshotId: verified.id, by: 'verification' };
}
