import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { SubjectErasure } from '../../../shared/contract/subjects.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Epoch milliseconds, as all times here. */
export interface SubjectErasureRow {
  readonly subjectId: Uuid;
  readonly pseudonym: string;
  readonly kind: SubjectErasure['kind'];
  /** null: an operator. */
  readonly tenantId: Uuid | null;
  readonly operationId: Uuid;
  readonly erasedAt: number;
  readonly keyDestroyedAt: number | null;
  readonly entries: number | null;
  readonly fields: number | null;
  readonly certificate: string | null;
}

export interface KeyPlaceRow {
  readonly targetId: Uuid | null;
  readonly name: string;
  readonly state: SubjectErasure['places'][number]['state'];
  readonly time: number;
  /** Until when an older copy is kept there; `noEnd`: longer than is known. */
  readonly lockedUntil: number | null;
}

export const noEnd = -1;

const columns = `subject_id AS subjectId, pseudonym, kind, tenant_id AS tenantId, operation_id AS operationId,
  erased_at AS erasedAt, key_destroyed_at AS keyDestroyedAt, entries, fields, certificate`;

export function insertSubjectErasure(
  transaction: Transaction,
  row: SubjectErasureRow,
  places: readonly KeyPlaceRow[],
): void {
  transaction
    .sql(
      `INSERT INTO subject_erasures
         (subject_id, pseudonym, kind, tenant_id, operation_id, erased_at, key_destroyed_at, entries, fields, certificate)
       VALUES ($subjectId, $pseudonym, $kind, $tenantId, $operationId, $erasedAt, $keyDestroyedAt, $entries, $fields,
         $certificate)`,
    )
    .run({ ...row });
  const insert = transaction.sql(
    `INSERT INTO subject_erasure_places (subject_id, target_id, name, state, time, locked_until)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  for (const { targetId, name, state, time, lockedUntil } of places)
    insert.run(row.subjectId, targetId ?? '', name, state, time, lockedUntil);
}

export function findSubjectErasure(reading: Reading, subjectId: Uuid): SubjectErasureRow | undefined {
  return reading
    .sql<SubjectErasureRow>(`SELECT ${columns} FROM subject_erasures WHERE subject_id = ?`)
    .get(subjectId);
}

/** Errors: NOT_FOUND. */
export function requireSubjectErasure(reading: Reading, subjectId: Uuid): SubjectErasureRow {
  const row = findSubjectErasure(reading, subjectId);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', `No person ${subjectId} was erased here.`, {
    kind: 'subject-erasure',
    id: subjectId,
  });
}

export function keyPlacesOf(reading: Reading, subjectId: Uuid): readonly KeyPlaceRow[] {
  return reading
    .sql<KeyPlaceRow>(
      `SELECT nullif(target_id, '') AS targetId, name, state, time, locked_until AS lockedUntil
       FROM subject_erasure_places WHERE subject_id = ? ORDER BY target_id <> '', name`,
    )
    .all(subjectId);
}

/** Erased people of whom a target may still hold the key; those whose key is destroyed here. */
export function pendingOn(
  reading: Reading,
  targetId: Uuid | null,
): readonly (Pick<SubjectErasureRow, 'subjectId' | 'tenantId'> & Pick<KeyPlaceRow, 'lockedUntil'>)[] {
  return reading
    .sql<Pick<SubjectErasureRow, 'subjectId' | 'tenantId'> & Pick<KeyPlaceRow, 'lockedUntil'>>(
      `SELECT subject_id AS subjectId, tenant_id AS tenantId, locked_until AS lockedUntil
       FROM subject_erasure_places JOIN subject_erasures USING (subject_id)
       WHERE target_id = ? AND state = 'pending' AND key_destroyed_at IS NOT NULL`,
    )
    .all(targetId ?? '');
}

/** The certificate no longer says what is: a new one is due. */
export function setKeyPlace(
  transaction: Transaction,
  subjectId: Uuid,
  { targetId, state, time, lockedUntil }: Omit<KeyPlaceRow, 'name'>,
): void {
  transaction
    .sql(
      `UPDATE subject_erasure_places SET state = ?, time = ?, locked_until = ?
       WHERE subject_id = ? AND target_id = ?`,
    )
    .run(state, time, lockedUntil, subjectId, targetId ?? '');
  transaction.sql('UPDATE subject_erasures SET certificate = NULL WHERE subject_id = ?').run(subjectId);
}

/** What still lay on a target when it was removed from Holdfast. */
export function abandonKeyPlaces(transaction: Transaction, targetId: Uuid, time: number): void {
  const subjects = transaction
    .sql<{ id: Uuid }>(
      `SELECT subject_id AS id FROM subject_erasure_places WHERE target_id = ? AND state = 'pending'`,
    )
    .all(targetId);
  for (const { id } of subjects)
    setKeyPlace(transaction, id, { targetId, state: 'abandoned', time, lockedUntil: null });
}

export function setKeyDestroyed(
  transaction: Transaction,
  subjectId: Uuid,
  facts: { readonly time: number; readonly entries: number | null; readonly fields: number | null },
): void {
  transaction
    .sql(
      `UPDATE subject_erasures SET key_destroyed_at = $time, entries = coalesce($entries, entries),
         fields = coalesce($fields, fields) WHERE subject_id = $subjectId`,
    )
    .run({ subjectId, ...facts });
}

export function setSubjectCertificate(transaction: Transaction, subjectId: Uuid, certificate: string): void {
  transaction
    .sql('UPDATE subject_erasures SET certificate = ? WHERE subject_id = ?')
    .run(certificate, subjectId);
}

/** Erasures that were cut off before the key was destroyed. */
export function unfinishedErasures(reading: Reading): readonly SubjectErasureRow[] {
  return reading
    .sql<SubjectErasureRow>(`SELECT ${columns} FROM subject_erasures WHERE key_destroyed_at IS NULL`)
    .all();
}

/** Erased people whose certificate is missing, or older than what became of a place. */
export function uncertifiedSubjects(reading: Reading): readonly Uuid[] {
  return reading
    .sql<{ id: Uuid }>(
      `SELECT subject_id AS id FROM subject_erasures
       WHERE certificate IS NULL AND key_destroyed_at IS NOT NULL`,
    )
    .all()
    .map(({ id }) => id);
}

/** Erased people of whom a row is back, as an older control.db has it. */
export function returned(reading: Reading): readonly Uuid[] {
  return reading
    .sql<{ id: Uuid }>(
      `SELECT subject_id AS id FROM subject_erasures
       WHERE subject_id IN (SELECT id FROM principals) OR subject_id IN (SELECT id FROM operator)
         OR subject_id IN (SELECT principal_id FROM api_key)`,
    )
    .all()
    .map(({ id }) => id);
}

export function toSubjectErasure(reading: Reading, row: SubjectErasureRow): SubjectErasure {
  const { operationId: _, erasedAt, keyDestroyedAt, entries, fields, ...rest } = row;
  return {
    ...rest,
    erasedAt: toRfc3339(erasedAt),
    keyDestroyedAt: keyDestroyedAt === null ? null : toRfc3339(keyDestroyedAt),
    logged: entries === null || fields === null ? null : { entries, fields },
    places: keyPlacesOf(reading, row.subjectId).map(({ lockedUntil, time, ...place }) => ({
      ...place,
      time: toRfc3339(time),
      locked: lockedUntil === null ? null : { until: lockedUntil === noEnd ? null : toRfc3339(lockedUntil) },
    })),
  };
}

const position = z.tuple([z.int(), uuid]);

/** Newest first. Errors: VALIDATION (cursor). */
export function pageOfSubjectErasures(
  reading: Reading,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<SubjectErasure> {
  const after = decodeCursor(cursor, {}, position);
  const rows = reading
    .sql<SubjectErasureRow>(
      `SELECT ${columns} FROM subject_erasures WHERE $time IS NULL OR (erased_at, subject_id) < ($time, $id)
       ORDER BY erased_at DESC, subject_id DESC LIMIT $limit`,
    )
    .all({ time: after?.[0] ?? null, id: after?.[1] ?? null, limit: limit + 1 });
  return pageOf(
    rows,
    limit,
    {},
    (row) => toSubjectErasure(reading, row),
    ({ erasedAt, subjectId }) => [erasedAt, subjectId],
  );
}
