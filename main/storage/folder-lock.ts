import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { toRfc3339 } from '../../shared/clock.ts';
import { type ErrorData, HoldfastError } from '../../shared/errors.ts';
import { Connection } from './connection.ts';
import { replaceDurably } from './durable-file.ts';
import { storageError } from './sqlite-errors.ts';

const holderForm = z.object({
  pid: z.int(),
  host: z.string(),
  /** Epoch milliseconds. */
  since: z.int().min(0).max(8.64e15),
  /** Where the holder listens for commands, if it does. */
  socket: z.string().optional(),
});

/** Who holds the folder, in its own words: a hint, never the lock itself. */
export type Holder = z.infer<typeof holderForm>;

export interface FolderLock {
  release(): void;
}

export interface LockOptions {
  readonly folder: string;
  readonly holder: Holder;
  /** How long to wait for another holder to end, in milliseconds. Default 0. */
  readonly waitMs?: number;
}

/**
 * Makes this process the folder's only one until `release` or its end, however it ends: a held BEGIN EXCLUSIVE
 * on lock.db. Errors: LOCKED (data.holder as far as known), READ_ONLY, IO, STORAGE_FULL.
 */
export async function lockFolder({ folder, holder, waitMs = 0 }: LockOptions): Promise<FolderLock> {
  const file = join(folder, 'lock.db');
  createFile(file);
  const connection = new Connection(file, { name: 'lock', bare: true });
  try {
    const attempts = Math.ceil(waitMs / pauseMs);
    for (let attempt = 0; !connection.lockExclusively(); attempt += 1) {
      if (attempt >= attempts) throw heldBy(readHolder(folder));
      await setTimeout(pauseMs);
    }
    await writeHolder(folder, holder);
  } catch (error) {
    connection.close();
    throw storageError(error, 'lock');
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      rmSync(join(folder, 'holder'), { force: true });
      connection.close();
    },
  };
}

const pauseMs = 50;

/** What the holder says of itself; undefined when there is none or it cannot be read. It may be long gone. */
export function readHolder(folder: string): Holder | undefined {
  try {
    return holderForm.parse(JSON.parse(readFileSync(join(folder, 'holder'), 'utf8')));
  } catch {
    return undefined;
  }
}

async function writeHolder(folder: string, holder: Holder): Promise<void> {
  const file = join(folder, 'holder');
  await replaceDurably(file, Buffer.from(`${JSON.stringify(holder)}\n`), `${file}.new`);
}

/** Only when missing: opening and closing a file that is there would drop this process's locks on it. */
function createFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      throw storageError(error, 'lock');
  }
}

function heldBy(holder: Holder | undefined): HoldfastError {
  const data: ErrorData = {
    holder: holder === undefined ? null : { ...holder, socket: holder.socket ?? null },
  };
  const who =
    holder === undefined
      ? 'Another process is using this installation'
      : `Process ${holder.pid} on ${holder.host} is using this installation since ${toRfc3339(holder.since)}`;
  return new HoldfastError('LOCKED', `${who}. Use that one, or end it first.`, data);
}
