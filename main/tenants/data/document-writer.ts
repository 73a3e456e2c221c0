import { hash } from 'node:crypto';
import {
  addMod256,
  emptySum,
  type RowState,
  type RowSum,
  rowHash,
  rowState,
  subtractMod256,
} from '../../row-hash/row-hash.ts';
import type { Transaction } from '../../storage/store.ts';

/** The newest revision of a document, as far as a change needs it. */
export interface NewestRevision {
  readonly revision: number;
  readonly state: RowState;
  readonly content_hash: Uint8Array;
}

interface Tally extends RowSum {
  readonly documents: number;
}

/** Row hashes and counts of collections while one transaction changes them; `finish` writes them. */
export class CollectionTallies {
  readonly #transaction: Transaction;
  readonly #prefix: Uint8Array;
  readonly #tallies = new Map<string, Tally>();

  constructor(transaction: Transaction, prefix: Uint8Array) {
    this.#transaction = transaction;
    this.#prefix = prefix;
  }

  add(collection: string, id: string, revision: number, state: RowState, contentHash: Uint8Array): void {
    const tally = this.#tally(collection);
    const hash = rowHash(this.#prefix, { collection, id, revision, state, contentHash });
    this.#tallies.set(collection, {
      documents: tally.documents + (state === rowState.live ? 1 : 0),
      rows: tally.rows + 1,
      sum: addMod256(tally.sum, hash),
    });
  }

  subtract(collection: string, id: string, revision: number, state: RowState, contentHash: Uint8Array): void {
    const tally = this.#tally(collection);
    const hash = rowHash(this.#prefix, { collection, id, revision, state, contentHash });
    this.#tallies.set(collection, {
      documents: tally.documents - (state === rowState.live ? 1 : 0),
      rows: tally.rows - 1,
      sum: subtractMod256(tally.sum, hash),
    });
  }

  finish(): void {
    const write = this.#transaction.sql(
      `INSERT INTO collections (collection, documents, rows, row_hash) VALUES (?, ?, ?, ?)
       ON CONFLICT (collection) DO UPDATE SET
         documents = excluded.documents, rows = excluded.rows, row_hash = excluded.row_hash`,
    );
    for (const [collection, { documents, rows, sum }] of this.#tallies) {
      write.run(collection, documents, rows, sum);
    }
  }

  #tally(collection: string): Tally {
    const known = this.#tallies.get(collection);
    if (known !== undefined) return known;
    const row = this.#transaction
      .sql<{ documents: number; rows: number; row_hash: Uint8Array }>(
        'SELECT documents, rows, row_hash FROM collections WHERE collection = ?',
      )
      .get(collection);
    if (row === undefined) return { documents: 0, ...emptySum };
    return { documents: row.documents, rows: row.rows, sum: row.row_hash };
  }
}

/** Changes documents within one transaction; `finish` must end it. */
export class DocumentWriter {
  readonly #transaction: Transaction;
  readonly #tallies: CollectionTallies;

  constructor(transaction: Transaction, rowHashPrefix: Uint8Array) {
    this.#transaction = transaction;
    this.#tallies = new CollectionTallies(transaction, rowHashPrefix);
  }

  newest(collection: string, id: string): NewestRevision | undefined {
    return this.#transaction
      .sql<NewestRevision>(
        `SELECT revision, state, content_hash FROM documents WHERE collection = ? AND id = ?
         ORDER BY revision DESC LIMIT 1`,
      )
      .get(collection, id);
  }

  /** Adds the next revision after `newest`, live; answers its number. `content` is JSON text. */
  put(
    collection: string,
    id: string,
    content: string,
    newest: NewestRevision | undefined,
    importId: string | null,
  ): number {
    return this.#next(collection, id, content, rowState.live, newest, importId);
  }

  /** Adds the mark of a deletion after `newest`; answers its revision. */
  delete(collection: string, id: string, newest: NewestRevision): number {
    return this.#next(collection, id, '', rowState.deleted, newest, null);
  }

  /** Removes one revision as if it had never been; if the one before it was superseded by it, that is live again. */
  prune(collection: string, id: string, revision: number): void {
    const removed = this.#transaction
      .sql<NewestRevision>(
        `DELETE FROM documents WHERE collection = ? AND id = ? AND revision = ?
         RETURNING revision, state, content_hash`,
      )
      .get(collection, id, revision);
    if (removed === undefined) return;
    this.#tallies.subtract(collection, id, revision, removed.state, removed.content_hash);
    const left = this.newest(collection, id);
    if (left?.state === rowState.superseded) this.#change(collection, id, left, rowState.live);
  }

  finish(): void {
    this.#tallies.finish();
  }

  #next(
    collection: string,
    id: string,
    content: string,
    state: RowState,
    newest: NewestRevision | undefined,
    importId: string | null,
  ): number {
    if (newest?.state === rowState.live) this.#change(collection, id, newest, rowState.superseded);
    const revision = (newest?.revision ?? 0) + 1;
    const contentHash = hash('sha256', content, 'buffer');
    this.#transaction
      .sql(
        `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at, import_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(collection, id, revision, state, content, contentHash, this.#transaction.commit.time, importId);
    this.#tallies.add(collection, id, revision, state, contentHash);
    return revision;
  }

  #change(collection: string, id: string, from: NewestRevision, state: RowState): void {
    this.#transaction
      .sql('UPDATE documents SET state = ? WHERE collection = ? AND id = ? AND revision = ?')
      .run(state, collection, id, from.revision);
    this.#tallies.subtract(collection, id, from.revision, from.state, from.content_hash);
    this.#tallies.add(collection, id, from.revision, state, from.content_hash);
  }
}
