import type { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { DocumentRevision } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type RowState, rowState } from '../../row-hash/row-hash.ts';

export interface DocumentRow {
  readonly collection: string;
  readonly id: string;
  readonly revision: number;
  readonly state: RowState;
  readonly content: string;
  readonly updated_at: number;
}

export const documentColumns = 'collection, id, revision, state, content, updated_at';

const stateNames = {
  [rowState.live]: 'live',
  [rowState.superseded]: 'superseded',
  [rowState.deleted]: 'deleted',
} as const;

/** Throws INTEGRITY for stored text that is no JSON. */
export function toDocumentRevision(row: DocumentRow): DocumentRevision {
  return {
    collection: row.collection,
    id: row.id,
    revision: row.revision,
    state: stateNames[row.state],
    updatedAt: toRfc3339(row.updated_at),
    value: row.state === rowState.deleted ? null : parse(row),
  };
}

type DocumentValue = z.infer<ReturnType<typeof z.json>>;

function parse({ collection, id, revision, content }: DocumentRow): DocumentValue {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new HoldfastError(
      'INTEGRITY',
      `Revision ${revision} of ${collection}/${id} is damaged. Restore the tenant from a backup.`,
      { problems: ['document-damaged'], collection, id, revision },
      { cause },
    );
  }
}
