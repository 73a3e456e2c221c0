import { setImmediate } from 'node:timers/promises';
import { toRfc3339 } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Reading } from '../storage/store.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { epochOf } from './log-name.ts';
import { type LogHead, storedTiles } from './log-store.ts';
import { rangeRoot, sameHash } from './merkle.ts';
import { type NoteVerifier, parseNote } from './note.ts';
import { prunedOf } from './retention/pruned-rows.ts';
import { nodesFromTiles } from './tiles.ts';

/** A checkpoint of the installation's log as a backup carries it. */
export interface CarriedNote {
  /** A signed note. */
  readonly note: string;
  readonly snapshotId: string;
  /** When the backup was made, epoch milliseconds. */
  readonly time: number;
}

/** Where the newest one is kept, so that a start need not wait for the target. */
export interface NoteKeeper {
  get(): CarriedNote | undefined;
  /** Undefined: none vouches any more. */
  set(note: CarriedNote | undefined): Promise<void>;
}

/** What the log is compared with, and how it is told. */
interface BackupNotesParts {
  readonly origin: string;
  readonly epoch: number;
  readonly keeper: NoteKeeper;
  keys(): readonly NoteVerifier[];
  /** The log and its head; undefined while it cannot be opened. */
  log(): { readonly reading: Reading; readonly head: LogHead | undefined } | undefined;
  /** When an owner last took the log as it was, epoch milliseconds. */
  acknowledgedAt(): Promise<number>;
  isContradicted(): boolean;
  contradicted(mismatch: string, vouched: Checkpoint): void;
}

/** A backup, and why the log is not the one that it was made with. */
interface Contradiction {
  readonly snapshotId: string;
  readonly reason: string;
}

/** So many notes are compared before others get their turn. */
const together = 10;

/** Holds the checkpoints in backups against the log: one that it does not lead to was of another log, or of more of it. */
export class BackupNotes {
  readonly #parts: BackupNotesParts;
  #newest: { readonly size: number; readonly time: number } | undefined;

  constructor(parts: BackupNotesParts) {
    this.#parts = parts;
  }

  /** The one that the log was found to lead to last. */
  get newest(): { readonly size: number; readonly time: number } | undefined {
    return this.#newest;
  }

  /** Compares the log with what is kept here of the newest backup. */
  async start(): Promise<void> {
    const kept = this.#parts.keeper.get();
    if (kept !== undefined) await this.compare([kept]);
  }

  /**
   * Compares notes of this epoch's log; one that contradicts it stops changes, like any anchor, and is kept until an owner
   * acknowledges it. Nothing is found while the log cannot be opened.
   */
  async compare(notes: readonly CarriedNote[]): Promise<Contradiction[]> {
    const found: Contradiction[] = [];
    let worst:
      | { readonly carried: CarriedNote; readonly reason: string; readonly of: Checkpoint }
      | undefined;
    let acknowledgedAt: number | undefined;
    for (const [at, carried] of notes.entries()) {
      if (at % together === together - 1) await setImmediate();
      const { checkpoint, reason } = this.#compare(carried);
      if (reason === undefined) continue;
      acknowledgedAt ??= await this.#parts.acknowledgedAt();
      if (carried.time <= acknowledgedAt) continue;
      found.push({ snapshotId: carried.snapshotId, reason });
      if (checkpoint !== undefined && (worst === undefined || worst.of.size < checkpoint.size)) {
        worst = { carried, reason, of: checkpoint };
      }
    }
    if (worst !== undefined) {
      this.#newest = undefined;
      this.#parts.contradicted(worst.reason, worst.of);
      await this.#parts.keeper.set(worst.carried);
    }
    return found;
  }

  /** A backup was made, and `others` were met that nothing here knew of. A log in doubt leaves what vouches as it is. */
  async saved(made: CarriedNote, others: readonly CarriedNote[]): Promise<void> {
    await this.compare(others);
    if (this.#parts.isContradicted()) return;
    await this.compare([made]);
    if (!this.#parts.isContradicted()) await this.#parts.keeper.set(made);
  }

  /** An owner took the log as it is: what backups before say is of another. */
  async acknowledged(): Promise<void> {
    await this.#parts.keeper.set(undefined);
  }

  #compare({ note, snapshotId, time }: CarriedNote): { checkpoint?: Checkpoint; reason?: string } {
    const { origin, epoch, keys } = this.#parts;
    const log = this.#parts.log();
    const by = `backup ${snapshotId.slice(0, 8)} of ${toRfc3339(time)}`;
    let checkpoint: Checkpoint;
    try {
      const bytes = Buffer.from(note);
      const [named = ''] = parseNote(bytes).text.split('\n', 1);
      // a log that ended is vouched for by the one that follows it
      const isFormer = epochOf(named) > 0 && epochOf(named) < epoch;
      if (log === undefined || isFormer) return {};
      ({ checkpoint } = openCheckpoint(bytes, origin, keys()));
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return { reason: `${by} carries a checkpoint that is not of this log` };
    }
    const { size } = checkpoint;
    const { reading, head } = log;
    if (head === undefined || head.size < size)
      return { checkpoint, reason: `the log has ${head?.size ?? 0} entries, ${by} vouches for ${size}` };
    const isPruned = size < (prunedOf(reading, head.log)?.dropped ?? 0);
    if (size > 0 && !isPruned && !leadsTo(reading, head, checkpoint))
      return { checkpoint, reason: `the first ${size} entries are not those that ${by} vouches for` };
    if (size >= (this.#newest?.size ?? 0)) this.#newest = { size, time };
    return { checkpoint };
  }
}

function leadsTo(reading: Reading, head: LogHead, { size, root }: Checkpoint): boolean {
  try {
    return sameHash(rangeRoot(0, size, nodesFromTiles(head.size, storedTiles(reading, head.log))), root);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return false; // tiles or entries are missing
    throw error;
  }
}
