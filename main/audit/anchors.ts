import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { LogHead } from './log-store.ts';

/** A place outside the database, such as the operating system's keychain; null where there is none. */
export interface AnchorKeeper {
  get(account: string): Promise<string | null>;
  set(account: string, text: string): Promise<void>;
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

  /** The anchor as it was left; undefined where there is none. Throws INTEGRITY for one that is no anchor. */
  async load(): Promise<Anchor | undefined> {
    const text = this.#keeper === null ? null : await this.#keeper.get(this.#account);
    if (text === null) return undefined;
    const parsed = form.safeParse(parseJson(text));
    const root = parsed.success ? decodeBase64(parsed.data.root) : undefined;
    if (!parsed.success || root === undefined) {
      throw new HoldfastError('INTEGRITY', 'The audit anchor in the keychain is not readable.', {
        problems: ['anchor'],
      });
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
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
