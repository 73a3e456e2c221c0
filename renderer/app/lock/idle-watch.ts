export interface IdleTimes {
  /** Milliseconds without a sign of a person after which the console locks. */
  readonly idleMs: number;
  /** How long before that it warns. */
  readonly warnMs: number;
}

/** As long as the core keeps an idle session. */
export const idleTimes: IdleTimes = { idleMs: 15 * 60_000, warnMs: 60_000 };

export type Idleness =
  | { readonly state: 'active' }
  | { readonly state: 'warned'; readonly leftMs: number }
  | { readonly state: 'idle' };

/** Since when nobody touched the console. Calls to the core say nothing of that: a screen asks by itself too. */
export class IdleWatch {
  readonly #now: () => number;
  readonly #times: IdleTimes;
  #seenAt: number;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number, times: IdleTimes) {
    this.#now = now;
    this.#times = times;
    this.#seenAt = now();
  }

  /** A key, a pointer or a finger. Comes too late once it is idle: after a night's sleep a key must not open the console. */
  touch(): void {
    if (this.look().state !== 'idle') this.#seenAt = this.#now();
  }

  /** Another tab of this browser was touched then. */
  touchedElsewhere(at: number): void {
    if (this.look().state !== 'idle' && at <= this.#now()) this.#seenAt = Math.max(this.#seenAt, at);
  }

  look(): Idleness {
    const now = this.#now();
    // a clock that was set back makes nobody idle
    if (now < this.#seenAt) this.#seenAt = now;
    const leftMs = this.#seenAt + this.#times.idleMs - now;
    if (leftMs <= 0) return { state: 'idle' };
    return leftMs <= this.#times.warnMs ? { state: 'warned', leftMs } : { state: 'active' };
  }
}
