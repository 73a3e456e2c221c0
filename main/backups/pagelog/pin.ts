import { Connection, reading } from '../../storage/connection.ts';
import type { RawStore } from '../../storage/page-reader.ts';
import type { Reading } from '../../storage/store.ts';
import { WalFile, type WalSalts } from '../../storage/wal-frames.ts';

/**
 * A read transaction that holds one state: no checkpoint copies what came after it into the file, and the frames
 * that lead to it stay in the write-ahead log.
 */
export interface Pin {
  /** Frames in the log at that state. */
  readonly frames: number;
  /** The generation of the log then; null where it has no frames. A log that is all in the file may begin anew at once. */
  readonly salts: WalSalts | null;
  readonly pageSize: number;
  /** Pages of the database. */
  readonly pages: number;
  readonly commit: { readonly seq: number; readonly time: number };
  /** The page that holds the commit clock. */
  readonly clockPage: number;
  readonly reading: Reading;
  /** May be called more than once. */
  end(): void;
}

/** Pins the present state. Only while nobody writes. Errors: IO, LOCKED. */
export function pinNow({ file, name }: Pick<RawStore, 'file' | 'name'>): Pin {
  const connection = new Connection(file, { name, readOnly: true });
  let ended = false;
  try {
    connection.exec('BEGIN');
    const commit = connection
      .sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock', false)
      .get();
    const root = connection
      .sql<{ rootpage: number }>(`SELECT rootpage FROM sqlite_schema WHERE name = 'commit_clock'`, false)
      .get();
    const frames = framesInLog(file, name);
    return {
      frames,
      salts: frames === 0 ? null : saltsOf(file, name),
      pageSize: Number(connection.pragma('page_size')),
      pages: Number(connection.pragma('page_count')),
      commit: commit ?? { seq: 0, time: 0 },
      clockPage: root?.rootpage ?? 0,
      reading: reading(connection),
      end: () => {
        if (ended) return;
        ended = true;
        connection.rollback();
        connection.close();
      },
    };
  } catch (error) {
    connection.rollback();
    connection.close();
    throw error;
  }
}

function saltsOf(file: string, name: string): WalSalts {
  const log = new WalFile(file, name);
  log.close();
  const { salt1, salt2 } = log.header;
  return { salt1, salt2 };
}

/** On a connection of its own: one in a transaction may not ask. */
function framesInLog(file: string, name: string): number {
  const observer = new Connection(file, { name, readOnly: true });
  try {
    return Math.max(0, observer.walCheckpoint('NOOP').log);
  } finally {
    observer.close();
  }
}
