import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Drill } from '../../../shared/contract/backups/drills.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { errorCodes, type HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { DrillOutcome } from '../../../shared/states.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { OwnerId } from '../owner.ts';
import type { Phase } from './phase-times.ts';

/** A drill that begins. Times are epoch milliseconds. */
export interface NewDrill {
  readonly id: Uuid;
  readonly tenantId: OwnerId;
  readonly snapshotId: string;
  readonly snapshotTime: number;
  readonly jobId: Uuid;
  readonly scheduled: boolean;
  readonly startedAt: number;
}

/** How a drill ended. `measured` of one that proved every row. */
export interface DrillEnd {
  readonly outcome: Exclude<DrillOutcome, 'running'>;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly phases: readonly Phase[];
  readonly measured?: { readonly rows: number; readonly files: number; readonly bytes: number };
  readonly error?: Pick<HoldfastError, 'code' | 'message' | 'data'>;
}

export interface DrillRow {
  readonly id: Uuid;
  readonly tenantId: Uuid | null;
  readonly snapshotId: string;
  readonly snapshotTime: number;
  readonly jobId: Uuid;
  readonly scheduled: number;
  readonly outcome: DrillOutcome;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly durationMs: number | null;
  readonly rows: number | null;
  readonly files: number | null;
  readonly bytes: number | null;
  /** JSON. */
  readonly phases: string;
  /** JSON. */
  readonly error: string | null;
}

const columns = `id, tenant_id AS tenantId, snapshot_id AS snapshotId, snapshot_time AS snapshotTime, job_id AS jobId,
  scheduled, outcome, started_at AS startedAt, ended_at AS endedAt, duration_ms AS durationMs, rows, files, bytes,
  phases, error`;
const keptOfEach = 500;
const place = z.tuple([z.number(), uuid]);
const phases = z.array(z.object({ name: z.string(), durationMs: z.int().nonnegative() }));
const failure = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  data: z.record(z.string(), z.json()),
});

/** Adds a drill that runs, and forgets the owner's oldest of more than 500. */
export function beginDrill(transaction: Transaction, drill: NewDrill): void {
  transaction
    .sql(
      `INSERT INTO drills (id, tenant_id, snapshot_id, snapshot_time, job_id, scheduled, outcome, started_at, phases)
       VALUES (?, ?, ?, ?, ?, ?, 'running', ?, '[]')`,
    )
    .run(
      drill.id,
      drill.tenantId,
      drill.snapshotId,
      drill.snapshotTime,
      drill.jobId,
      drill.scheduled ? 1 : 0,
      drill.startedAt,
    );
  transaction
    .sql(
      `DELETE FROM drills WHERE id IN (
         SELECT id FROM drills WHERE tenant_id IS ? ORDER BY started_at DESC, id DESC LIMIT -1 OFFSET ${keptOfEach})`,
    )
    .run(drill.tenantId);
}

export function endDrill(transaction: Transaction, id: Uuid, end: DrillEnd): void {
  const { measured, error } = end;
  transaction
    .sql(
      `UPDATE drills SET outcome = ?, ended_at = ?, duration_ms = ?, rows = ?, files = ?, bytes = ?, phases = ?, error = ?
       WHERE id = ?`,
    )
    .run(
      end.outcome,
      end.endedAt,
      end.durationMs,
      measured?.rows ?? null,
      measured?.files ?? null,
      measured?.bytes ?? null,
      JSON.stringify(end.phases),
      error === undefined
        ? null
        : JSON.stringify({ code: error.code, message: error.message, data: error.data }),
      id,
    );
}

/** At start: what ran when an earlier process ended was cut off. */
export function interruptDrills(transaction: Transaction, now: number): void {
  transaction
    .sql(`UPDATE drills SET outcome = 'interrupted', ended_at = ? WHERE outcome = 'running'`)
    .run(now);
}

/** Removes a tenant's drills. */
export function removeDrillsOf(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM drills WHERE tenant_id = ?').run(tenantId);
}

/** A drill that there is. */
export function readDrill(reading: Reading, id: Uuid): Drill {
  const row = reading.sql<DrillRow>(`SELECT ${columns} FROM drills WHERE id = ?`).get(id);
  if (row === undefined) throw new TypeError(`there is no drill ${id}`);
  return toDrill(row);
}

/** The newest drills of an owner, of one outcome or of any, newest first. */
export function newestDrills(
  reading: Reading,
  owner: OwnerId,
  { outcome, limit }: { readonly outcome?: DrillOutcome; readonly limit: number },
): DrillRow[] {
  return reading
    .sql<DrillRow>(
      `SELECT ${columns} FROM drills WHERE tenant_id IS ? AND (? IS NULL OR outcome = ?)
       ORDER BY started_at DESC, id DESC LIMIT ?`,
    )
    .all(owner, outcome ?? null, outcome ?? null, limit);
}

/** A page of drills, newest first. `owner` undefined: everybody's. Errors: VALIDATION (cursor). */
export function pageOfDrills(
  reading: Reading,
  asked: {
    readonly owner: OwnerId | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Page<Drill> {
  const { owner, limit } = asked;
  const filter = { list: 'drills', owner };
  const after = decodeCursor(asked.cursor, filter, place);
  const rows = reading
    .sql<DrillRow>(
      `SELECT ${columns} FROM drills WHERE 1 = 1 ${owner === undefined ? '' : 'AND tenant_id IS $owner'}
         ${after === undefined ? '' : 'AND (started_at, id) < ($startedAt, $id)'}
       ORDER BY started_at DESC, id DESC LIMIT $limit`,
    )
    .all({
      limit: limit + 1,
      ...(owner === undefined ? {} : { owner }),
      ...(after === undefined ? {} : { startedAt: after[0], id: after[1] }),
    });
  return pageOf(rows, limit, filter, toDrill, ({ startedAt, id }) => [startedAt, id]);
}

/** A row in the contract's form; one that is not of it is damaged and throws. */
function toDrill(row: DrillRow): Drill {
  return {
    id: row.id,
    tenantId: row.tenantId,
    snapshotId: row.snapshotId,
    snapshotTime: toRfc3339(row.snapshotTime),
    jobId: row.jobId,
    scheduled: row.scheduled === 1,
    outcome: row.outcome,
    startedAt: toRfc3339(row.startedAt),
    endedAt: row.endedAt === null ? null : toRfc3339(row.endedAt),
    durationMs: row.durationMs,
    phases: phases.parse(JSON.parse(row.phases)),
    level: row.outcome === 'proven' ? 4 : null,
    rows: row.rows,
    files: row.files,
    bytes: row.bytes,
    error: errorOf(row),
  };
}

export function errorOf({ error }: Pick<DrillRow, 'error'>): Drill['error'] {
  return error === null ? null : failure.parse(JSON.parse(error));
}
