import type { Uuid } from '../../../shared/ids.ts';
import { collectionSums } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';
import type { ManifestCollection } from './manifest.ts';
import { namedContents } from './tenant-files.ts';
import { timelineOf } from './timeline.ts';

/** What a database says of itself for a manifest, at one state. */
export interface DatabaseState {
  readonly timeline: Uuid;
  readonly sqlite: string;
  readonly collections: ManifestCollection[];
  /** Size of each content by SHA-256, hex. */
  readonly contents: ReadonlyMap<string, number>;
}

export function tenantState(reading: Reading, tenantId: Uuid): DatabaseState {
  return {
    timeline: timelineOf(reading, tenantId),
    sqlite: sqliteVersion(reading),
    collections: collectionSums(reading),
    contents: namedContents(reading),
  };
}

export function sqliteVersion(reading: Reading): string {
  return reading.sql<{ v: string }>('SELECT sqlite_version() AS v').get()?.v ?? '';
}
