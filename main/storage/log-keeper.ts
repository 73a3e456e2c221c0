import { statSync } from 'node:fs';
import type { Checkpointer } from './checkpointer.ts';
import type { Connection } from './connection.ts';
import type { HeldTurn } from './write-queue.ts';

export interface LogKeeperOptions {
  readonly file: string;
  readonly name: string;
  readonly connection: Connection;
  readonly checkpointer?: Checkpointer;
  readonly checkpointBytes?: number;
  readonly mayCheckpoint?: () => boolean;
  readonly onCheckpointFailure?: (error: unknown) => void;
  /** Waits for a turn in the database's queue. */
  readonly hold: () => Promise<HeldTurn>;
}

const defaultCheckpointBytes = 4 * 1024 * 1024;
/** Looking costs about 20 µs, so not after every commit. */
const commitsBetweenLooks = 8;
/** Under steady writes the log is never all copied and so never starts anew: at this many bounds writers wait. */
const boundsUntilWritersWait = 4;

/** Keeps one database's write-ahead log from growing without end. */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #bound: number;
  readonly #pageSize: number;
  #commits = 0;
  /** Bytes left in the log by the last checkpoint, because a reader needed them. */
  #leftBytes = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#bound = options.checkpointBytes ?? defaultCheckpointBytes;
    this.#pageSize = Number(options.connection.pragma('page_size'));
  }

  /** After a commit: starts a checkpoint in the checkpointer's thread when the log has grown enough. */
  grown(): void {
    this.#commits += 1;
    const { checkpointer, mayCheckpoint } = this.#options;
    if (checkpointer === undefined || this.#running !== undefined || this.#stopped) return;
    if (this.#commits % commitsBetweenLooks !== 0) return;
    if (this.#fileBytes() < this.#bound) return;
    if (this.#pendingBytes() < this.#leftBytes + this.#bound) return;
    if (mayCheckpoint?.() === false) return;
    this.#running = this.#checkpoint(checkpointer).finally(() => {
      this.#running = undefined;
    });
  }

  /** Copies all of the log into the file and empties it. Only in a turn of the queue. */
  async empty(): Promise<{ readonly complete: boolean }> {
    const { checkpointer, file, name, connection } = this.#options;
    const state = await (checkpointer?.checkpoint({ file, name, mode: 'TRUNCATE' }) ??
      connection.walCheckpoint('TRUNCATE'));
    return { complete: state.busy === 0 };
  }

  /** Starts no more checkpoints. */
  stop(): void {
    this.#stopped = true;
  }

  /** Before the last connection closes, which would otherwise do this on its own thread. */
  async close(): Promise<void> {
    await this.#running;
    const { checkpointer, mayCheckpoint, onCheckpointFailure } = this.#options;
    if (checkpointer === undefined || mayCheckpoint?.() === false) return;
    try {
      await this.empty();
    } catch (error) {
      onCheckpointFailure?.(error);
    }
  }

  async #checkpoint(checkpointer: Checkpointer): Promise<void> {
    const { file, name, hold, onCheckpointFailure } = this.#options;
    try {
      let state = await checkpointer.checkpoint({ file, name, mode: 'PASSIVE' });
      if (state.log * this.#pageSize >= boundsUntilWritersWait * this.#bound && !this.#stopped) {
        const turn = await hold();
        try {
          state = await checkpointer.checkpoint({ file, name, mode: 'PASSIVE' });
        } finally {
          turn.release();
        }
      }
      this.#leftBytes = (state.log - state.checkpointed) * this.#pageSize;
    } catch (error) {
      this.#leftBytes = this.#pendingBytes();
      onCheckpointFailure?.(error);
    }
  }

  #fileBytes(): number {
    return statSync(`${this.#options.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  #pendingBytes(): number {
    const { log, checkpointed } = this.#options.connection.walCheckpoint('NOOP');
    return (log - checkpointed) * this.#pageSize;
  }
}
