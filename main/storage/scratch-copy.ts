import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import { Connection, reading } from './connection.ts';
import type { Reading, Store } from './store.ts';

export interface CopyWatch {
  /** Throws when the copying should stop. */
  check(): void;
  /** Told once how much there is to copy, before it begins. */
  onTotal(bytes: number): void;
  onBytes(bytes: number): void;
}

const pagesAtOnce = 2048;

/**
 * Copies a database that is open in this process to a new file as of one moment, while others write to it: inside a
 * read transaction, without which the copying would begin anew at each commit. In a worker thread. Errors: STORAGE_FULL,
 * IO, INTEGRITY, and what `check` throws.
 */
export async function copyDatabase(
  { file, name }: Pick<Store, 'file' | 'name'>,
  into: string,
  watch: CopyWatch,
): Promise<void> {
  const source = new Connection(file, { name, readOnly: true });
  try {
    source.exec('BEGIN');
    const pages = source.sql<{ n: number }>('SELECT page_count AS n FROM pragma_page_count', false).get();
    const pageSize = Number(source.pragma('page_size'));
    const bytes = (pages?.n ?? 0) * pageSize;
    await requireSpace(dirname(into), bytes);
    watch.onTotal(bytes);
    let copied = 0;
    await source.copyTo(into, (done) => {
      watch.check();
      watch.onBytes((done - copied) * pageSize);
      copied = done;
      return pagesAtOnce;
    });
  } finally {
    source.rollback();
    source.close();
  }
}

/** A copy of one of our databases to try things on: each change to it is looked at, and then undone. */
export class ScratchCopy {
  readonly reading: Reading;
  readonly #connection: Connection;

  /** Opens a copy; whoever made its folder takes that away. Errors: IO, INTEGRITY. */
  constructor(file: string, name: string) {
    this.#connection = new Connection(file, { name });
    this.#connection.pragma('synchronous = OFF');
    this.reading = reading(this.#connection);
  }

  /** Does something to the copy, looks at what came of it, and undoes it. */
  attempt<Done, Seen>(change: (copy: Reading) => Done, look: (copy: Reading, done: Done) => Seen): Seen {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const done = change({ sql: <Row>(text: string) => this.#connection.sql<Row>(text, true) });
      return look(this.reading, done);
    } finally {
      this.#connection.rollback();
    }
  }

  close(): void {
    this.#connection.close();
  }
}

/** As much again: what is changed lies beside the copy until it is undone. */
async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= bytes * 2) return;
  throw new HoldfastError(
    'STORAGE_FULL',
    `A drill needs twice the size of what it copies: ${bytes * 2} bytes, and ${freeBytes} are free. Free some space, or move the data folder.`,
    { reason: 'no-space-for-drill', where: 'destination', freeBytes },
  );
}
