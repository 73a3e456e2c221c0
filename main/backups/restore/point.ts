import type { Uuid } from '../../../shared/ids.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import type { PointInput } from './rebuild-point.ts';

/** What a worker restores from: a snapshot, and up to when of what it holds. */
export interface RestorePoint {
  readonly owner: OwnerId;
  readonly entry: CatalogueEntry;
  /** The further target whose copy is read; null: the first. */
  readonly targetId: Uuid | null;
  /** Epoch milliseconds; null: all of it. */
  readonly until: number | null;
  /** An earlier snapshot, which may hold contents that this one no longer does. */
  readonly earlier: string | null;
  /** What was asked for, epoch milliseconds; null: the snapshot's own time. */
  readonly at: number | null;
}

/** The part of a point that a worker is told. */
export function pointInput({ entry, until, earlier }: RestorePoint): PointInput {
  return { snapshotId: entry.id, until, earlier };
}
