import type { Uuid } from '../../../shared/ids.ts';
import { collectionSums } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';
import type { OwnerId } from '../owner.ts';
import type { ManifestCollection } from './manifest.ts';
import { namedContents } from './tenant-files.ts';
import { timelineOf } from './timeline.ts';

/** What an owner's first database says of itself for a manifest, at one state. */
export interface DatabaseState {
  /** Null: the installation's one. */
  readonly timeline: Uuid | null;
  readonly sqlite: string;
  readonly collections: ManifestCollection[];
  /** Size of each content by SHA-256, hex. */
  readonly contents: ReadonlyMap<string, number>;
}

export function databaseState(reading: Reading, owner: OwnerId): DatabaseState {
  const sqlite = sqliteVersion(reading);
  if (owner === null) return { timeline: null, sqlite, collections: [], contents: new Map() };
  return {
    timeline: timelineOf(reading, owner),
    sqlite,
    collections: collectionSums(reading),
    contents: namedContents(reading),
  };
}

function sqliteVersion(reading: Reading): string {
  return reading.sql<{ v: string }>('SELECT sqlite_version() AS v').get()?.v ?? '';
}
