import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { SavedFilter } from '../../../shared/contract/audit/saved-filters.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Page } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading, Store, Transaction } from '../../storage/store.ts';
import { parseText } from '../search/text/text-query.ts';

export interface SavedFiltersParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Seals what is a person's own under that person's key. */
  readonly personal: PersonalSealer;
}

export interface PersonalSealer {
  seal(subject: Uuid, field: string, value: string): Uint8Array;
  /** Null when the subject's key was destroyed. */
  open(subject: Uuid, field: string, sealed: Uint8Array): string | null;
}

interface FilterRow {
  readonly id: Uuid;
  readonly sealed: Uint8Array;
  readonly saved_at: number;
}

const mostFilters = 100;
const written = z.object({ name: z.string(), filter: z.custom<SavedFilter['filter']>() });

/** What operators narrow the log to again and again: each sees their own. It may name people, so it is sealed as theirs. */
export class SavedFilters {
  readonly #parts: SavedFiltersParts;

  constructor(parts: SavedFiltersParts) {
    this.#parts = parts;
  }

  /** Those of who asks, by name; there are never so many that they need pages. */
  list(operation: Operation): Page<SavedFilter> {
    const items = this.#of(this.#parts.control, callerOf(operation));
    return { items: items.sort((one, other) => (one.name < other.name ? -1 : 1)), next: null };
  }

  /** Those of an operator, for whoever is handed what is kept about them. */
  ofOperator(id: Uuid): SavedFilter[] {
    return this.#of(this.#parts.control, id);
  }

  /** One of the same name is replaced. Errors: VALIDATION (words), CONFLICT (too many). */
  async save(
    { name, filter }: Pick<SavedFilter, 'name' | 'filter'>,
    operation: Operation,
  ): Promise<SavedFilter> {
    if (filter.text !== undefined) parseText(filter.text);
    const owner = callerOf(operation);
    const { control, clock, ids, personal } = this.#parts;
    return await control.write((transaction) => {
      const known = this.#of(transaction, owner);
      const same = known.find((each) => each.name === name);
      if (same === undefined && known.length >= mostFilters) throw tooMany();
      const saved = { id: same?.id ?? ids.uuid(), name, filter, savedAt: toRfc3339(clock.now()) };
      transaction
        .sql(
          `INSERT INTO audit_filters (id, operator_id, sealed, saved_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, saved_at = excluded.saved_at`,
        )
        .run(
          saved.id,
          owner,
          personal.seal(owner, fieldOf(saved.id), JSON.stringify({ name, filter })),
          Date.parse(saved.savedAt),
        );
      operation.record(transaction, { resource: { kind: 'audit-filter', id: saved.id } });
      return saved;
    });
  }

  /** By id or name. Errors: NOT_FOUND. */
  async remove({ filter }: { readonly filter: string }, operation: Operation): Promise<Record<never, never>> {
    const owner = callerOf(operation);
    await this.#parts.control.write((transaction: Transaction) => {
      const known = this.#of(transaction, owner);
      const found = known.find(({ id, name }) => id === filter || name === filter.normalize('NFC').trim());
      if (found === undefined) {
        throw new HoldfastError('NOT_FOUND', 'You have saved no such filter.', {
          kind: 'audit-filter',
          id: filter,
        });
      }
      transaction.sql('DELETE FROM audit_filters WHERE id = ?').run(found.id);
      operation.record(transaction, { resource: { kind: 'audit-filter', id: found.id } });
    });
    return {};
  }

  #of(reading: Reading, owner: Uuid): SavedFilter[] {
    const rows = reading
      .sql<FilterRow>('SELECT id, sealed, saved_at FROM audit_filters WHERE operator_id = ? ORDER BY id')
      .all(owner);
    return rows.flatMap(({ id, sealed, saved_at }) => {
      const text = this.#parts.personal.open(owner, fieldOf(id), sealed);
      return text === null ? [] : [{ id, savedAt: toRfc3339(saved_at), ...written.parse(JSON.parse(text)) }];
    });
  }
}

const fieldOf = (id: Uuid) => `audit-filter.${id}`;

function callerOf({ caller }: Operation): Uuid {
  if (caller.kind === 'operator') return caller.id;
  throw new TypeError('only operators save filters');
}

function tooMany(): HoldfastError {
  return new HoldfastError('CONFLICT', `You have ${mostFilters} filters already. Delete one first.`, {
    reason: 'too-many',
    limit: mostFilters,
  });
}
