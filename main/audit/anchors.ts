import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { LogHead } from './log-store.ts';

/** A place outside the database, such as the operating system's keychain; null where there is none. */
export interface AnchorKeeper {
  get(account: string): Promise<string | null>;
  set(account: string, text: string): Promise<void>;
  /** Whether one of this epoch was ever written: known in another place, so that a deleted one is missed. */
  wasWritten(): boolean;
  noteWritten(): Promise<void>;
}

/** The head of the installation log as it stood when it was last put in safety. */
export interface Anchor {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly time: number;
}

const form = z.strictObject({
  v: z.literal(1),
  origin: z.string(),
  size: z.int().nonnegative(),
  root: z.string(),
  time: z.int().nonnegative(),
});

const delayMs = 1000;

/**
 * Keeps the newest head outside the database, so that a cut tail or an old file is noticed. Writes at most
 * once a second: an anchor may lag behind the log, never run ahead of it.
 */
export class Anchors {
  readonly #keeper: AnchorKeeper | null;
  readonly #account: string;
  readonly #clock: Clock;
  #newest: LogHead | undefined;
  #kept: Anchor | undefined;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;

  constructor(keeper: AnchorKeeper | null, origin: string, clock: Clock) {
    this.#keeper = keeper;
    this.#account = `anchor/${origin}`;
    this.#clock = clock;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get kept(): Anchor | undefined {
    return this.#kept;
  }

  /**
   * The anchor as it was left; undefined where none was ever written. Throws INTEGRITY for one that is no anchor, or that was
   * written and is gone.
   */
  async load(): Promise<Anchor | undefined> {
    if (this.#keeper === null) return undefined;
    const text = await this.#keeper.get(this.#account);
    if (text === null) {
      if (!this.#keeper.wasWritten()) return undefined;
      throw unreadable('the anchor is gone from the keychain');
    }
    const parsed = form.safeParse(parseJson(text));
    const root = parsed.success ? decodeBase64(parsed.data.root) : undefined;
    if (!parsed.success || root === undefined) {
      throw unreadable('the anchor is not readable');
    }
    const { origin, size, time } = parsed.data;
    this.#kept = { origin, size, root, time };
    return this.#kept;
  }

  /** Notes a new head; it is written soon. */
  note(head: LogHead): void {
    this.#newest = head;
    if (this.#keeper === null || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.flush(), delayMs).unref();
  }

  /** Writes the newest head now. A keychain that refuses is told by `problem` and tried again with the next head. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    this.#writing = this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const head = this.#newest;
    if (this.#keeper === null || head === undefined || head.size === this.#kept?.size) return;
    const anchor = { origin: head.origin, size: head.size, root: head.root, time: this.#clock.now() };
    const text = JSON.stringify({ v: 1, ...anchor, root: encodeBase64(anchor.root) });
    try {
      await this.#keeper.set(this.#account, text);
      this.#kept = anchor;
      // after it: a process that ends in between must not miss an anchor that never was
      if (!this.#keeper.wasWritten()) await this.#keeper.noteWritten();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}

function unreadable(problem: string): HoldfastError {
  return new HoldfastError('INTEGRITY', `Of the audit log in the keychain: ${problem}.`, {
    problems: [problem],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
