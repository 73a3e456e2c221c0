import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Snapshot } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Page } from '../../operations/cursor.ts';
import { decodeCursor, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { bytesOf, type Manifest, rowsOf } from '../snapshot/manifest.ts';

const summary = z.object({
  rows: z.number(),
  bytes: z.number(),
  files: z.number(),
  damaged: z.number(),
  collections: z.array(z.object({ collection: z.string(), rows: z.number() })),
  databases: z.array(z.object({ name: z.string(), bytes: z.number(), pages: z.number() })),
});
type SnapshotSummary = z.infer<typeof summary>;

export type ValidationLevel = 0 | 1 | 2 | 3 | 4;

/** A snapshot as the catalogue knows it. Times are epoch milliseconds. */
export interface CatalogueEntry {
  readonly id: string;
  readonly tenantId: Uuid | null;
  readonly kind: 'full' | 'incremental';
  readonly time: number;
  readonly repository: string;
  /** The further target that alone has it; null: the first has it. */
  readonly targetId: Uuid | null;
  readonly bytesAdded: number;
  readonly durationMs: number;
  readonly verified: { readonly level: ValidationLevel; readonly time: number } | null;
  readonly safety: boolean;
  readonly timeline: string;
  readonly commitSeq: number;
  /** When the last commit of the base that it builds on was made: its recorded commits follow. */
  readonly baseTime: number;
  /** When the last commit in it was made. */
  readonly lastTime: number;
  readonly summary: SnapshotSummary;
}

interface Row {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly kind: 'full' | 'incremental';
  readonly time: number;
  readonly repository: string;
  readonly target_id: Uuid | null;
  readonly bytes_added: number;
  readonly duration_ms: number;
  readonly verified_level: ValidationLevel | null;
  readonly verified_at: number | null;
  readonly safety: number;
  readonly timeline: string;
  readonly commit_seq: number;
  readonly base_time: number;
  readonly last_time: number;
  readonly summary: string;
}

/** The catalogue's line for a snapshot that was made or found in a repository. */
export function entryOf(
  manifest: Manifest,
  made: Pick<CatalogueEntry, 'id' | 'repository' | 'bytesAdded' | 'durationMs'> &
    Partial<Pick<CatalogueEntry, 'targetId'>>,
): CatalogueEntry {
  const [first] = manifest.databases;
  return {
    targetId: null,
    ...made,
    tenantId: manifest.tenantId as Uuid | null,
    kind: manifest.kind,
    time: Date.parse(manifest.time),
    verified: null,
    safety: manifest.safety,
    timeline: manifest.timeline,
    commitSeq: first?.commits.last ?? 0,
    baseTime: Math.max(0, ...manifest.databases.map(({ commits }) => commits.firstTime)),
    lastTime: Math.max(0, ...manifest.databases.map(({ commits }) => commits.lastTime)),
    summary: {
      rows: rowsOf(manifest),
      bytes: bytesOf(manifest),
      files: manifest.files.count,
      damaged: manifest.damaged.length,
      collections: manifest.collections.map(({ name, rows }) => ({ collection: name, rows })),
      databases: manifest.databases.map(({ name, bytes, pages }) => ({ name, bytes, pages })),
    },
  };
}

/** An entry of the catalogue as the contract tells it. */
export function toSnapshot(entry: CatalogueEntry): Snapshot {
  const { id, tenantId, kind, repository, targetId, bytesAdded, durationMs, safety, verified } = entry;
  return {
    id,
    tenantId,
    time: toRfc3339(entry.time),
    kind,
    repository,
    targetId,
    bytesAdded,
    durationMs,
    verified: verified === null ? null : { level: verified.level, time: toRfc3339(verified.time) },
    safety,
  };
}

/** Adds a snapshot; one that is there already stays as it is. */
export function addSnapshot(transaction: Transaction, entry: CatalogueEntry): void {
  transaction
    .sql(
      `INSERT INTO snapshots (id, tenant_id, kind, time, repository, target_id, bytes_added, duration_ms, safety,
         timeline, commit_seq, base_time, last_time, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    )
    .run(
      entry.id,
      entry.tenantId,
      entry.kind,
      entry.time,
      entry.repository,
      entry.targetId,
      entry.bytesAdded,
      entry.durationMs,
      entry.safety ? 1 : 0,
      entry.timeline,
      entry.commitSeq,
      entry.baseTime,
      entry.lastTime,
      JSON.stringify(entry.summary),
    );
}

/** Removes a tenant's lines. */
export function removeSnapshotsOf(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM snapshots WHERE tenant_id = ?').run(tenantId);
}

/** Removes one line. */
export function removeSnapshot(transaction: Transaction, id: string): void {
  transaction.sql('DELETE FROM snapshots WHERE id = ?').run(id);
}

/** Records the last level a snapshot passed, or with null that it passed none. `time`: epoch milliseconds. */
export function setVerified(
  transaction: Transaction,
  id: string,
  verified: { readonly level: ValidationLevel; readonly time: number } | null,
): void {
  transaction
    .sql('UPDATE snapshots SET verified_level = ?, verified_at = ? WHERE id = ?')
    .run(verified?.level ?? null, verified?.time ?? null, id);
}

/** Whose snapshots: a tenant's, the installation's (null), or everybody's (undefined). */
export type Owner = Uuid | null | undefined;

const ofOwner = '(? = 0 OR tenant_id IS ?)';
const ownerParameters = (owner: Owner) => [owner === undefined ? 0 : 1, owner ?? null] as const;

/** The ids of all snapshots of an owner. */
export function snapshotIds(reading: Reading, owner: Owner): string[] {
  const rows = reading.sql<{ id: string }>(`SELECT id FROM snapshots WHERE ${ofOwner}`);
  return rows.all(...ownerParameters(owner)).map(({ id }) => id);
}

/** The ids of an owner's snapshots that the first target has. */
export function idsOnFirst(reading: Reading, owner: Uuid | null): string[] {
  return reading
    .sql<{ id: string }>('SELECT id FROM snapshots WHERE tenant_id IS ? AND target_id IS NULL')
    .all(owner)
    .map(({ id }) => id);
}

/** What a snapshot is, without what it holds: thousands of them are read in milliseconds. */
export interface BriefSnapshot {
  readonly id: string;
  readonly kind: CatalogueEntry['kind'] | 'folder';
  /** Epoch milliseconds. */
  readonly time: number;
  readonly safety: boolean;
  readonly verifiedLevel: ValidationLevel | null;
  /** The further target that alone has it; null: the first has it. */
  readonly targetId: Uuid | null;
}

/** All snapshots of an owner in brief, newest first. */
export function listBriefly(reading: Reading, owner: Uuid | null): BriefSnapshot[] {
  return reading
    .sql<Pick<Row, 'id' | 'kind' | 'time' | 'safety' | 'verified_level' | 'target_id'>>(
      `SELECT id, kind, time, safety, verified_level, target_id FROM snapshots WHERE tenant_id IS ?
       ORDER BY time DESC, id DESC`,
    )
    .all(owner)
    .map(({ safety, verified_level, target_id, ...row }) => ({
      ...row,
      safety: safety === 1,
      verifiedLevel: verified_level,
      targetId: target_id,
    }));
}

/** A page of the history, newest first. Errors: VALIDATION (cursor). */
export function pageOfSnapshots(
  reading: Reading,
  asked: { readonly owner: Owner; readonly limit: number; readonly cursor: string | undefined },
): Page<Snapshot> {
  const filter = { owner: asked.owner };
  const after = decodeCursor(asked.cursor, filter, z.tuple([z.number(), z.string()]));
  const rows = reading
    .sql<Row>(
      `SELECT * FROM snapshots WHERE ${ofOwner} AND (? = 0 OR (time, id) < (?, ?))
       ORDER BY time DESC, id DESC LIMIT ?`,
    )
    .all(
      ...ownerParameters(asked.owner),
      after === undefined ? 0 : 1,
      after?.[0] ?? 0,
      after?.[1] ?? '',
      asked.limit + 1,
    );
  return pageOf(
    rows,
    asked.limit,
    filter,
    (row) => toSnapshot(toEntry(row)),
    (row) => [row.time, row.id],
  );
}

/** The one snapshot whose id begins with `prefix`. Errors: NOT_FOUND, CONFLICT (several, or a folder's). */
export function findSnapshot(reading: Reading, prefix: string, owner: Owner): CatalogueEntry {
  const rows = reading
    .sql<Row>(`SELECT * FROM snapshots WHERE id >= ? AND id < ? AND ${ofOwner} ORDER BY id LIMIT 2`)
    .all(prefix, `${prefix}~`, ...ownerParameters(owner));
  if (rows.length > 1) {
    throw new HoldfastError('CONFLICT', `Several snapshots begin with ${prefix}; give more of the id.`, {
      reason: 'ambiguous-snapshot',
    });
  }
  const row = rows[0];
  if (row === undefined) {
    refuseFolderSnapshot(reading, prefix);
    throw noSnapshot(prefix, `There is no snapshot ${prefix}.`);
  }
  return toEntry(row);
}

function refuseFolderSnapshot(reading: Reading, prefix: string): void {
  const found = reading
    .sql('SELECT 1 FROM folder_snapshots WHERE id >= ? AND id < ?')
    .get(prefix, `${prefix}~`);
  if (found === undefined) return;
  throw new HoldfastError(
    'CONFLICT',
    `${prefix} is a snapshot of a protected folder. See it with \`holdfast backup folder\`, or in the protected folders.`,
    { reason: 'folder-snapshot' },
  );
}

/**
 * The newest snapshot of an owner not later than `at` (epoch milliseconds; null: now). Where the clock went back the
 * times of several are alike (a commit's never falls), and their commits tell; of two of one commit it is the full one.
 * Errors: NOT_FOUND.
 */
export function newestSnapshot(reading: Reading, owner: Uuid | null, at: number | null): CatalogueEntry {
  const found = findNewest(reading, owner, at);
  if (found !== undefined) return found;
  const when = at === null ? '' : ` not later than ${toRfc3339(at)}`;
  throw noSnapshot(
    at === null ? 'newest' : toRfc3339(at),
    `There is no snapshot${when}. Make a backup first.`,
  );
}

/** As `newestSnapshot`; undefined where there is none. */
export function findNewest(
  reading: Reading,
  owner: Uuid | null,
  at: number | null,
): CatalogueEntry | undefined {
  const row = reading
    .sql<Row>(
      `SELECT * FROM snapshots WHERE tenant_id IS ? AND (? IS NULL OR time <= ?) AND (? IS NOT NULL OR safety = 0)
       ORDER BY last_time DESC, commit_seq DESC, time DESC, kind, id DESC LIMIT 1`,
    )
    .get(owner, at, at, at);
  return row === undefined ? undefined : toEntry(row);
}

/**
 * The snapshot whose log holds every commit of an owner around `at` (epoch milliseconds): the first one with a later
 * commit that builds on a base not after it. Undefined where there is none.
 */
export function snapshotCovering(
  reading: Reading,
  owner: Uuid | null,
  at: number,
): CatalogueEntry | undefined {
  const row = reading
    .sql<Row>(
      `SELECT * FROM snapshots WHERE tenant_id IS ? AND last_time > ? AND base_time <= ? AND kind = 'incremental'
       ORDER BY last_time, commit_seq LIMIT 1`,
    )
    .get(owner, at, at);
  return row === undefined ? undefined : toEntry(row);
}

/** The snapshot of the newest commit not later than `at` (epoch milliseconds) that one ends with; undefined where there is none. */
export function snapshotUpTo(reading: Reading, owner: Uuid | null, at: number): CatalogueEntry | undefined {
  const row = reading
    .sql<Row>(
      `SELECT * FROM snapshots WHERE tenant_id IS ? AND last_time <= ? ORDER BY last_time DESC, commit_seq DESC LIMIT 1`,
    )
    .get(owner, at);
  return row === undefined ? undefined : toEntry(row);
}

function noSnapshot(id: string, message: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', message, { kind: 'snapshot', id });
}

function toEntry(row: Row): CatalogueEntry {
  return {
    id: row.id,
    tenantId: row.tenant_id as Uuid | null,
    kind: row.kind,
    time: row.time,
    repository: row.repository,
    targetId: row.target_id,
    bytesAdded: row.bytes_added,
    durationMs: row.duration_ms,
    verified:
      row.verified_level === null || row.verified_at === null
        ? null
        : { level: row.verified_level, time: row.verified_at },
    safety: row.safety === 1,
    timeline: row.timeline,
    commitSeq: row.commit_seq,
    baseTime: row.base_time,
    lastTime: row.last_time,
    summary: summary.parse(JSON.parse(row.summary)),
  };
}
