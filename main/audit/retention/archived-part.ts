import type { Reading } from '../../storage/store.ts';
import { positionOf } from '../log-store.ts';
import { decodeRecord } from '../record.ts';
import { prunedOf } from './pruned-rows.ts';

/** Entries before an index are pruned, the newest of them into this archive. */
export type ArchivedPart = {
  readonly before: number;
  readonly file: string;
};

/** What of a period is pruned of a log, as far as its first entry that is left tells; null: nothing. Errors: INTEGRITY. */
export function archivedOf(
  store: Reading,
  log: number,
  { from }: { readonly from: number | null },
): ArchivedPart | null {
  const row = prunedOf(store, log);
  if (row === undefined) return null;
  const { minimum, leaf } = row;
  const first = store
    .sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE position = ?')
    .get(positionOf(log, minimum));
  if (from !== null && first !== undefined && decodeRecord(first.record).t <= from) return null;
  const told = store.sql<{ record: Uint8Array }>('SELECT record FROM entries WHERE event_id = ?').get(leaf);
  const file = told && decodeRecord(told.record).x?.file;
  return { before: minimum, file: String(file ?? 'an archive that the log does not name') };
}
