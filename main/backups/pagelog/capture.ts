import { mkdirSync } from 'node:fs';
import { Connection } from '../../storage/connection.ts';
import { captureLabel } from '../../storage/open-store.ts';
import { leaseAll, type RawStore } from '../../storage/page-reader.ts';
import { WalFile, type WalSalts } from '../../storage/wal-frames.ts';
import { doubt } from './doubt.ts';
import { segmentPaths } from './local-segments.ts';
import { type Pin, pinNow } from './pin.ts';
import { fileAsItIs, type Reached, reachedBefore, readThrough } from './reached.ts';
import { type SegmentCommit, type SegmentHeader, segmentFormat } from './segment.ts';
import { SegmentFileWriter, withSegment } from './segment-file.ts';
import { type State, writeCommits } from './write-commits.ts';

export interface CaptureOptions {
  readonly store: RawStore;
  /** Of this chain's segments; of the database's own machine, never on a target. */
  readonly folder: string;
  readonly chain: string;
  /** The log is copied into the file once it has grown by this much. Default 4 MiB. */
  readonly checkpointBytes?: number;
}

const defaultCheckpointBytes = 4 * 1024 * 1024;

/**
 * Follows one database: every commit's changed pages go, compressed over what they were, into segments in a folder.
 * From the first moment to `end` it is the only one that checkpoints. One call at a time.
 */
export class Capture {
  readonly #options: CaptureOptions;
  readonly #checkpointBytes: number;
  /** Holds the captured state. */
  #pin: Pin;
  #captured: State;
  #reached: Reached;
  #seq: number;
  #checkpointAt: number;

  private constructor(
    options: CaptureOptions,
    pin: Pin,
    { captured, reached, seq }: { readonly captured: State; readonly reached: Reached; readonly seq: number },
  ) {
    this.#options = options;
    this.#checkpointBytes = options.checkpointBytes ?? defaultCheckpointBytes;
    this.#pin = pin;
    this.#captured = captured;
    this.#reached = reached;
    this.#seq = seq;
    this.#checkpointAt = this.#checkpointBytes;
  }

  /** Begins a chain at the present state. Errors: IO, STORAGE_FULL. */
  static async begin(options: CaptureOptions): Promise<Capture> {
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    return await atPin(options.store, (pin) => {
      const reached = readThrough(options.store, pin.frames);
      const capture = new Capture(options, pin, { captured: stateOf(pin), reached, seq: 0 });
      // until something is in the log, only the file can tell that nobody else wrote to it
      const closed = pin.frames === 0 ? fileAsItIs(options.store.file) : null;
      capture.#writeSegment(0, () => ({ commits: [], reached, closed }));
      return capture;
    });
  }

  /**
   * Goes on with a chain after a restart, a clean one or not, and takes over what was committed since. Throws a doubt
   * where commits may have been missed, or where there is no such chain. Errors: IO, STORAGE_FULL, INTEGRITY (a segment).
   */
  static async resume(options: CaptureOptions): Promise<Capture> {
    const { store, folder, chain } = options;
    const newest = newestSegment(folder);
    if (newest === undefined || newest.chain !== chain) throw doubt('there is no capture to go on from');
    return await atPin(store, (pin) => {
      const reached = reachedBefore(store, pin.frames, newest);
      const capture = new Capture(options, pin, { captured: lastOf(newest), reached, seq: newest.seq });
      capture.#takeTo(pin);
      return capture;
    });
  }

  /** The newest commit that is in the segments. */
  get captured(): State {
    return this.#captured;
  }

  /** Queries against the very state that the segments lead to; until the next call of this capture. */
  get reading(): Pin['reading'] {
    return this.#pin.reading;
  }

  /**
   * Takes over every commit up to now, of several databases up to one moment. Writers wait only while the states are
   * pinned. Throws a doubt. Errors: IO, STORAGE_FULL, INTEGRITY; then nothing is lost, and the next call takes it again.
   */
  static async together(captures: readonly Capture[]): Promise<void> {
    const pins = await pinTogether(captures.map((capture) => capture.#options.store));
    try {
      for (const [at, capture] of captures.entries()) capture.#take(pins[at] as Pin);
    } finally {
      for (const [at, capture] of captures.entries()) if (capture.#pin !== pins[at]) pins[at]?.end();
    }
  }

  /** As `together`, of this one alone, and `checkpointWhereDue`. */
  async capture(): Promise<void> {
    await Capture.together([this]);
    await this.checkpointWhereDue();
  }

  /**
   * Where the log has grown long, copies it into the file, so that the next writer begins it anew, and takes over what was
   * committed meanwhile. Errors: as `together`.
   */
  async checkpointWhereDue(): Promise<void> {
    if (this.#logBytes() >= this.#checkpointAt) await this.#checkpoint();
  }

  /**
   * For a store that nobody writes to any more: takes over the rest, copies the log into the file, and notes what the
   * file is like, so that the next start can tell that nobody else wrote to it. Whoever closes the store empties the
   * log. Ends the capture.
   */
  finish(): void {
    const { store } = this.#options;
    this.#take(pinNow(store));
    this.#pin.end();
    const { log, checkpointed } = this.#checkpointNow();
    if (checkpointed < log) return; // as after a crash: the log still holds everything
    const [reached, closed] = [this.#reached, fileAsItIs(store.file)];
    this.#writeSegment(this.#seq + 1, () => ({ commits: [], reached, closed }));
  }

  /** Ends without taking over anything; the chain can be resumed. May be called more than once. */
  end(): void {
    this.#pin.end();
  }

  async #checkpoint(): Promise<void> {
    const { store } = this.#options;
    this.#checkpointNow(); // the bulk of it, while writers go on
    const lease = await store.lease(captureLabel);
    try {
      this.#take(pinNow(store));
      this.#pin.end();
      try {
        const { log, checkpointed } = this.#checkpointNow();
        const left = Math.max(0, log - checkpointed) * this.#pin.pageSize;
        this.#checkpointAt = left === 0 ? this.#checkpointBytes : this.#logBytes() + this.#checkpointBytes;
      } finally {
        this.#pin = pinNow(store);
      }
    } finally {
      lease.release();
    }
  }

  #checkpointNow() {
    const { file, name } = this.#options.store;
    const connection = new Connection(file, { name });
    try {
      return connection.walCheckpoint('PASSIVE');
    } finally {
      connection.close();
    }
  }

  #logBytes(): number {
    return this.#pin.frames * this.#pin.pageSize;
  }

  /** Writes what lies between the captured state and `next` into a segment; `next` becomes the captured state. */
  #take(next: Pin): void {
    try {
      this.#takeTo(next);
      this.#pin.end();
      this.#pin = next;
    } catch (error) {
      next.end();
      throw error;
    }
  }

  #takeTo(next: Pin): void {
    const { store } = this.#options;
    if (next.pageSize !== this.#pin.pageSize) throw doubt('the page size changed');
    const { salts, frames } = next;
    const before = this.#reached;
    const goesOn = isSame(before.salts, salts);
    if (salts === null || (goesOn && before.place.frame === frames)) {
      this.#requireNothingNew(next);
      return;
    }
    if (goesOn && before.place.frame > frames) throw doubt('the write-ahead log became shorter');
    const log = new WalFile(store.file, store.name);
    try {
      if (!isSame(log.header, salts)) throw doubt('the write-ahead log began anew under a held state');
      const reached: Reached = {
        salts,
        place: goesOn
          ? { frame: before.place.frame, checksum: { ...before.place.checksum } }
          : log.beginning(),
        frameOf: new Map(goesOn ? before.frameOf : []),
      };
      this.#writeSegment(this.#seq + 1, (writer) => ({
        commits: writeCommits({ store, log, reached, from: this.#captured, pins: [this.#pin, next] }, writer),
        reached,
        closed: null,
      }));
      this.#captured = stateOf(next);
    } finally {
      log.close();
    }
  }

  /** The log may have been emptied, or not grown; whatever it is, the state has to be the captured one. */
  #requireNothingNew(next: Pin): void {
    if (next.commit.seq !== this.#captured.seq) throw doubt('a commit did not go through the log');
  }

  /** Writes one segment; `write` puts its body into it. It is there whole and durable, or not at all. */
  #writeSegment(seq: number, write: (writer: SegmentFileWriter) => Taken): void {
    const writer = new SegmentFileWriter(this.#options.folder, seq);
    try {
      const { commits, reached, closed } = write(writer);
      const { salts, place } = reached;
      const { s0, s1 } = place.checksum;
      writer.finish({
        format: segmentFormat,
        chain: this.#options.chain,
        seq,
        pageSize: this.#pin.pageSize,
        after: { ...this.#captured },
        commits: [...commits],
        position: salts === null ? null : { ...salts, frame: place.frame, checksum: [s0, s1] },
        closed,
      });
      this.#seq = seq;
      this.#reached = reached;
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }
}

/** What one segment takes over, and how far the capture has come with it. */
interface Taken {
  readonly commits: readonly SegmentCommit[];
  readonly reached: Reached;
  readonly closed: SegmentHeader['closed'];
}

/** One moment over all stores: each is pinned while the writers of all of them wait. */
async function pinTogether(stores: readonly RawStore[]): Promise<Pin[]> {
  const leases = await leaseAll(stores, captureLabel);
  const pins: Pin[] = [];
  try {
    for (const store of stores) pins.push(pinNow(store));
    return pins;
  } catch (error) {
    for (const pin of pins) pin.end();
    throw error;
  } finally {
    for (const lease of leases.values()) lease.release();
  }
}

/** Pins the state in a turn of the writers and uses it there; the pin stays, unless `use` throws. */
async function atPin<Result>(store: RawStore, use: (pin: Pin) => Result): Promise<Result> {
  const lease = await store.lease(captureLabel);
  try {
    const pin = pinNow(store);
    try {
      return use(pin);
    } catch (error) {
      pin.end();
      throw error;
    }
  } finally {
    lease.release();
  }
}

function isSame(one: WalSalts | null, other: WalSalts | null): boolean {
  return one !== null && other !== null && one.salt1 === other.salt1 && one.salt2 === other.salt2;
}

function stateOf({ commit: { seq, time }, pages }: Pin): State {
  return { seq, time, pages };
}

function lastOf({ commits, after }: SegmentHeader): State {
  const last = commits.at(-1);
  return last === undefined ? after : { seq: last[0], time: last[1], pages: last[2] };
}

function newestSegment(folder: string): SegmentHeader | undefined {
  const path = segmentPaths(folder).at(-1);
  if (path === undefined) return undefined;
  return withSegment(path, (segment) => {
    segment.check();
    return segment.header;
  });
}
