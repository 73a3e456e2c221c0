import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import { type Erasure, type ErasureProof, erasureProof } from '../../../shared/contract/erasures.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

interface ErasureRow {
  readonly tenantId: Uuid;
  readonly slug: string;
  readonly operationId: Uuid;
  /** Epoch milliseconds, as all times here. */
  readonly erasedAt: number;
  readonly proof: string | null;
  readonly certificate: string | null;
}

/** Where backups of an erased tenant lay; the first target has no id. */
export interface PlaceRow {
  readonly targetId: Uuid | null;
  readonly name: string;
  readonly state: Erasure['places'][number]['state'];
  readonly time: number;
}

export type ErasureFacts = Pick<ErasureRow, 'tenantId' | 'slug' | 'operationId' | 'erasedAt'>;

const columns =
  'tenant_id AS tenantId, slug, operation_id AS operationId, erased_at AS erasedAt, proof, certificate';

export function insertErasure(
  transaction: Transaction,
  { tenantId, slug, operationId, erasedAt }: ErasureFacts,
  places: readonly PlaceRow[],
): void {
  transaction
    .sql(
      `INSERT INTO erasures (tenant_id, slug, operation_id, erased_at)
       VALUES ($tenantId, $slug, $operationId, $erasedAt)`,
    )
    .run({ tenantId, slug, operationId, erasedAt });
  const insert = transaction.sql(
    'INSERT INTO erasure_places (tenant_id, target_id, name, state, time) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { targetId, name, state, time } of places)
    insert.run(tenantId, targetId ?? '', name, state, time);
}

/** Errors: NOT_FOUND. */
export function requireErasure(reading: Reading, tenantId: Uuid): ErasureRow {
  const row = reading.sql<ErasureRow>(`SELECT ${columns} FROM erasures WHERE tenant_id = ?`).get(tenantId);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', `No tenant ${tenantId} was erased here.`, {
    kind: 'erasure',
    id: tenantId,
  });
}

export function isErased(reading: Reading, tenantId: Uuid): boolean {
  return reading.sql('SELECT 1 FROM erasures WHERE tenant_id = ?').get(tenantId) !== undefined;
}

export function placesOf(reading: Reading, tenantId: Uuid): readonly PlaceRow[] {
  return reading
    .sql<PlaceRow>(
      `SELECT nullif(target_id, '') AS targetId, name, state, time FROM erasure_places
       WHERE tenant_id = ? ORDER BY target_id <> '', name`,
    )
    .all(tenantId);
}

export function setPlace(
  transaction: Transaction,
  tenantId: Uuid,
  targetId: Uuid | null,
  { state, time }: Pick<PlaceRow, 'state' | 'time'>,
): void {
  transaction
    .sql('UPDATE erasure_places SET state = ?, time = ? WHERE tenant_id = ? AND target_id = ?')
    .run(state, time, tenantId, targetId ?? '');
}

/** What still lay on a target when it was removed from Holdfast. */
export function abandonPlaces(transaction: Transaction, targetId: Uuid, time: number): void {
  transaction
    .sql(
      `UPDATE erasures SET certificate = NULL WHERE tenant_id IN
         (SELECT tenant_id FROM erasure_places WHERE target_id = ? AND state = 'pending')`,
    )
    .run(targetId);
  transaction
    .sql(`UPDATE erasure_places SET state = 'abandoned', time = ? WHERE target_id = ? AND state = 'pending'`)
    .run(time, targetId);
}

export function setProof(transaction: Transaction, tenantId: Uuid, proof: ErasureProof): void {
  transaction.sql('UPDATE erasures SET proof = ? WHERE tenant_id = ?').run(JSON.stringify(proof), tenantId);
}

export function setCertificate(transaction: Transaction, tenantId: Uuid, certificate: string): void {
  transaction.sql('UPDATE erasures SET certificate = ? WHERE tenant_id = ?').run(certificate, tenantId);
}

/** Tenants whose certificate is missing, or older than what became of a place. */
export function uncertified(reading: Reading): readonly Uuid[] {
  return reading
    .sql<{ tenantId: Uuid }>('SELECT tenant_id AS tenantId FROM erasures WHERE certificate IS NULL')
    .all()
    .map(({ tenantId }) => tenantId);
}

/** The certificate no longer says what is: a new one is due. */
export function dropCertificate(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('UPDATE erasures SET certificate = NULL WHERE tenant_id = ?').run(tenantId);
}

export function toErasure(reading: Reading, row: ErasureRow): Erasure {
  const proof = row.proof === null ? null : erasureProof.parse(JSON.parse(row.proof));
  return {
    tenantId: row.tenantId,
    slug: row.slug,
    erasedAt: toRfc3339(row.erasedAt),
    places: placesOf(reading, row.tenantId).map((place) => ({
      ...place,
      time: toRfc3339(place.time),
      locked: place.state === 'pending' ? lockedOn(proof, place.targetId) : null,
    })),
    proof,
    certificate: row.certificate,
  };
}

function lockedOn(proof: ErasureProof | null, targetId: Uuid | null): Erasure['places'][number]['locked'] {
  for (const { kept, ok } of proof?.attempts ?? []) {
    if (kept === null || kept.targetId !== targetId) continue;
    return { files: kept.files, until: kept.until, readable: !ok };
  }
  return null;
}

const position = z.tuple([z.int(), uuid]);

/** Newest first. Errors: VALIDATION (cursor). */
export function pageOfErasures(
  reading: Reading,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<Erasure> {
  const after = decodeCursor(cursor, {}, position);
  const rows = reading
    .sql<ErasureRow>(
      `SELECT ${columns} FROM erasures WHERE $time IS NULL OR (erased_at, tenant_id) < ($time, $id)
       ORDER BY erased_at DESC, tenant_id DESC LIMIT $limit`,
    )
    .all({ time: after?.[0] ?? null, id: after?.[1] ?? null, limit: limit + 1 });
  return pageOf(
    rows,
    limit,
    {},
    (row) => toErasure(reading, row),
    ({ erasedAt, tenantId }) => [erasedAt, tenantId],
  );
}
