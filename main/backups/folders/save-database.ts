import { type BigIntStats, copyFileSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { absorbLog, copyForeignDatabase } from '../../storage/foreign-database.ts';
import { systemCode } from '../container/file-errors.ts';
import { cut } from '../container/pipeline.ts';
import type { SavedFile, SnapshotWriter } from '../container/snapshot-writer.ts';
import { EntryReader } from './read-entry.ts';

/**
 * Bytes of the groups of pages that are kept as one blob: small ones, so that a commit costs little, but no more than
 * some hundred thousand of them (docs/decisions/0028).
 */
function groupBytes(size: bigint): number {
  if (size < 2n ** 30n) return 8 * 2 ** 10;
  return size < 2n ** 34n ? 32 * 2 ** 10 : 128 * 2 ** 10;
}

export interface ForeignDatabase {
  readonly path: Buffer;
  readonly journal: 'log' | 'rollback';
  /** A folder of our own for copies. */
  readonly workFolder: string;
}

export interface SavedDatabase extends SavedFile {
  /** Commits were in the log beside it: the file's own times do not tell whether it is unchanged. */
  readonly logged: boolean;
}

const attempts = 3;
const lockWaitMs = 5000;

/**
 * Saves a database as of one moment, while others write to it. One that keeps a log and has no `-shm` is open nowhere:
 * it is read as it lies there, since SQLite would make one. Errors: LOCKED (in use, or never at rest), INTEGRITY
 * (damaged, encrypted), IO, READ_ONLY, STORAGE_FULL (no room for the copy), CANCELLED, and those of the repository.
 */
export async function saveDatabase(
  writer: SnapshotWriter,
  database: ForeignDatabase,
  context: WorkerContext,
): Promise<SavedDatabase> {
  const file = database.path.toString('utf8');
  if (!Buffer.from(file).equals(database.path)) {
    throw new HoldfastError('VALIDATION', 'SQLite opens files by names in UTF-8 only.', { issues: [] });
  }
  const copy = join(database.workFolder, 'database');
  try {
    if (database.journal === 'rollback' || exists(`${file}-shm`)) {
      await copyForeignDatabase(file, copy, {
        waits: lockWaitMs,
        check: context.check,
        onBytes: () => undefined,
      });
      return { ...(await savePages(writer, copy, context)), logged: exists(`${file}-wal`) };
    }
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = stateOf(file);
      const logged = (look(`${file}-wal`)?.size ?? 0n) > 0n;
      if (logged) {
        copyFileSync(file, copy);
        copyFileSync(`${file}-wal`, `${copy}-wal`);
      }
      if (stateOf(file) !== before) continue;
      if (logged) absorbLog(copy);
      const saved = await savePages(writer, logged ? copy : file, context);
      if (logged || stateOf(file) === before) return { ...saved, logged };
    }
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${copy}${ending}`, { force: true });
  }
  throw new HoldfastError('LOCKED', 'The database was opened and closed again and again.', { holder: null });
}

async function savePages(
  writer: SnapshotWriter,
  file: string,
  { progress, check }: WorkerContext,
): Promise<SavedFile> {
  const reader = new EntryReader(Buffer.from(file));
  try {
    return await writer.savePieces(
      cut(
        reader.bytes((by) => {
          check();
          progress.advance(by);
        }),
        groupBytes(reader.stat().size),
      ),
    );
  } finally {
    reader.close();
  }
}

/** What of a database's files changes when anybody works with it. */
function stateOf(file: string): string {
  return ['', '-wal', '-shm']
    .map((ending) => look(`${file}${ending}`))
    .map((stat) => (stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`))
    .join(' ');
}

const exists = (file: string) => look(file) !== undefined;

function look(file: string): BigIntStats | undefined {
  try {
    return lstatSync(file, { bigint: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
