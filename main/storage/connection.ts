import Database from 'better-sqlite3';
import { z } from 'zod';
import { derivedError, guarded, storageError } from './sqlite-errors.ts';
import type { Reading, SqlParameters, Statement } from './store.ts';

export interface ConnectionOptions {
  /** Names the database in errors: `control`, `tenant`. */
  readonly name: string;
  readonly readOnly?: boolean;
  /** Overwrite what is deleted with zeros. */
  readonly secureDelete?: boolean;
  /** Made anew where it is damaged. */
  readonly derived?: boolean;
  /** Only to be locked: the settings would read the file. */
  readonly bare?: boolean;
}

/** One SQLite connection with the settings that every connection of an installation has. */
export class Connection {
  readonly name: string;
  readonly file: string;
  readonly #database: Database.Database;
  readonly #guarded: Guarded;
  readonly #statements = new Map<string, Kept>();

  /** Opens an existing file. Waits for no lock: what has to wait is queued. */
  constructor(file: string, options: ConnectionOptions) {
    this.name = options.name;
    this.file = file;
    const plainly: Guarded = (action) => guarded(this.name, action, file);
    this.#guarded = options.derived ? derivedly(plainly, this.name, file) : plainly;
    this.#database = this.#guarded(() => {
      return new Database(file, { fileMustExist: true, timeout: 0, readonly: options.readOnly ?? false });
    });
    try {
      for (const setting of options.bare ? [] : settings) this.pragma(setting);
      if (options.secureDelete) this.pragma('secure_delete = ON');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** The one value a pragma answers. */
  pragma(text: string): unknown {
    return this.#guarded(() => this.#database.pragma(text, { simple: true }));
  }

  rows(pragma: string): unknown {
    return this.#guarded(() => this.#database.pragma(pragma));
  }

  exec(text: string): void {
    this.#guarded(() => this.#database.exec(text));
  }

  /** A kept prepared statement; `writable` false refuses one that would change the database. */
  sql<Row>(text: string, writable: boolean): Statement<Row> {
    let kept = this.#statements.get(text);
    if (kept === undefined) {
      if (elsewhere.test(text)) throw new TypeError('a connection reaches one database only');
      const prepared = this.#guarded(() => this.#database.prepare<unknown[], unknown>(text));
      kept = { readonly: prepared.readonly, statement: statement(prepared, this.#guarded) };
      this.#statements.set(text, kept);
    }
    if (!writable && !kept.readonly) throw new TypeError('a statement that writes needs a transaction');
    return kept.statement as Statement<Row>;
  }

  /** Copies the whole database into `destination` (SQLite's online-backup API), `pages` at a step, all by default. */
  async copyTo(
    destination: string,
    onStep?: (donePages: number, totalPages: number) => number,
  ): Promise<void> {
    const progress = ({ totalPages, remainingPages }: Database.BackupMetadata) =>
      onStep?.(totalPages - remainingPages, totalPages) ?? 4096;
    try {
      await this.#database.backup(destination, { progress });
    } catch (error) {
      this.#guarded(() => {
        throw error;
      });
    }
  }

  /** Whether nobody else is in a writing transaction. */
  mayWrite(): boolean {
    const begun = this.#tryBegin('IMMEDIATE');
    this.rollback();
    return begun;
  }

  /** Keeps everyone else off the file until it is closed. False when someone is on it. */
  lockExclusively(): boolean {
    return this.#tryBegin('EXCLUSIVE');
  }

  #tryBegin(mode: 'IMMEDIATE' | 'EXCLUSIVE'): boolean {
    try {
      this.#database.exec(`BEGIN ${mode}`);
      return true;
    } catch (error) {
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
      throw storageError(error, this.name, this.file);
    }
  }

  /** State of the write-ahead log, in frames; `mode` NOOP only looks (sqlite.org/pragma.html#pragma_wal_checkpoint). */
  walCheckpoint(mode: 'NOOP' | 'PASSIVE' | 'TRUNCATE'): LogState {
    return logState.parse(this.rows(`wal_checkpoint(${mode})`))[0];
  }

  /** Undoes an open transaction; without one, does nothing. */
  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  close(): void {
    this.#statements.clear();
    this.#guarded(() => this.#database.close());
  }
}

const logState = z.tuple([z.object({ busy: z.number(), log: z.number(), checkpointed: z.number() })]);

/** `busy` is not 0 when someone kept the checkpoint from its end; both counts are frames since the log began. */
export type LogState = z.infer<typeof logState>[0];

/** SQLite counts attaching another file as reading. */
const elsewhere = /^\s*(?:ATTACH|DETACH)\b/i;

const settings = [
  'foreign_keys = ON',
  'synchronous = FULL',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'wal_autocheckpoint = 0',
  'trusted_schema = OFF',
  'cell_size_check = ON',
];

interface Kept {
  readonly readonly: boolean;
  readonly statement: Statement<unknown>;
}

type Guarded = <Result>(action: () => Result) => Result;

/** As `plainly`, for a database that is made anew where it is damaged. */
function derivedly(plainly: Guarded, where: string, file: string): Guarded {
  return (action) => {
    try {
      return plainly(action);
    } catch (error) {
      throw derivedError(error, where, file);
    }
  };
}

function statement<Row>(prepared: Database.Statement<unknown[], Row>, guard: Guarded): Statement<Row> {
  return {
    get: (...parameters: SqlParameters) => guard(() => prepared.get(...parameters)),
    all: (...parameters: SqlParameters) => guard(() => prepared.all(...parameters)),
    iterate: (...parameters: SqlParameters) => guardedRows(guard, () => prepared.iterate(...parameters)),
    run: (...parameters: SqlParameters) => guard(() => prepared.run(...parameters)),
  };
}

function* guardedRows<Row>(guard: Guarded, start: () => IterableIterator<Row>): IterableIterator<Row> {
  const rows = guard(start);
  try {
    for (;;) {
      const next = guard(() => rows.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    rows.return?.();
  }
}

/** Reads of a connection as the managers see them. */
export function reading(connection: Connection): Reading {
  return { sql: <Row>(text: string) => connection.sql<Row>(text, false) };
}
