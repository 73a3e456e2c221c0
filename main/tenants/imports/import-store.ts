import type { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { importRecord } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

export type ImportRecord = z.infer<typeof importRecord>;

export interface ImportRow {
  readonly id: Uuid;
  readonly collection: string;
  readonly state: ImportRecord['state'];
  readonly imported: number;
  readonly skipped: number;
  readonly started_at: number;
}

export function insertImport(
  transaction: Transaction,
  { id, collection, skipped }: Pick<ImportRow, 'id' | 'collection' | 'skipped'>,
): void {
  transaction
    .sql(`INSERT INTO imports (id, collection, state, skipped, started_at) VALUES (?, ?, 'running', ?, ?)`)
    .run(id, collection, skipped, transaction.commit.time);
}

export function setImportState(transaction: Transaction, id: Uuid, state: ImportRow['state']): void {
  transaction.sql('UPDATE imports SET state = ? WHERE id = ?').run(state, id);
}

/** Throws CONFLICT where the import no longer runs: a restore in place took its beginnings with it. */
export function requireRunning(database: Reading, id: Uuid): void {
  const running = database.sql(`SELECT 1 FROM imports WHERE id = ? AND state = 'running'`).get(id);
  if (running !== undefined) return;
  throw new HoldfastError(
    'CONFLICT',
    'The tenant was restored while the import ran, so what is left of the import is taken back. Import the file again.',
    { reason: 'restored-meanwhile', importId: id },
  );
}

/** Throws NOT_FOUND. */
export function requireImport(database: Reading, id: Uuid): ImportRow {
  const row = database.sql<ImportRow>('SELECT * FROM imports WHERE id = ?').get(id);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', 'The tenant has no such import.', { kind: 'import', id });
}

/** The newest 1000, newest first. */
export function listImports(database: Reading): { items: ImportRecord[] } {
  const rows = database.sql<ImportRow>('SELECT * FROM imports ORDER BY id DESC LIMIT 1000').all();
  return {
    items: rows.map(({ id, collection, state, imported, skipped, started_at }) => {
      return { id, collection, state, imported, skipped, startedAt: toRfc3339(started_at) };
    }),
  };
}
