const minuteMs = 60_000;
const delays = [1, 5, 15, 60].map((minutes) => minutes * minuteMs);
const spread = 0.2;
/** Longer than any delay: a retry that lies further ahead was stored before the clock went back. */
const longestMs = 60 * minuteMs * (1 + spread);

/** So many failures in a row end the quick retries; from then on it is tried about every hour. */
export const quickRetries = delays.length - 1;

export interface Retry {
  /** Failures in a row. */
  readonly failures: number;
  /** When it is tried again, in epoch milliseconds. */
  readonly at: number;
}

/** Milliseconds to wait after so many failures in a row; `random` from 0 to 1 spreads those that failed together. */
export function backOff(failures: number, random: number): number {
  const delay = delays[Math.min(failures, delays.length) - 1] ?? 0;
  return Math.round(delay * (1 - spread + 2 * spread * random));
}

/** What failed, and when it is tried again: sooner at first, and never given up. */
export class Retries {
  readonly #random: () => number;
  readonly #known: Map<string, Retry>;

  constructor(random: () => number, known: Iterable<readonly [string, Retry]> = []) {
    this.#random = random;
    this.#known = new Map(known);
  }

  failed(owner: string, now: number): Retry {
    const failures = (this.#known.get(owner)?.failures ?? 0) + 1;
    const retry = { failures, at: now + backOff(failures, this.#random()) };
    this.#known.set(owner, retry);
    return retry;
  }

  /** Answers whether it had failed before. */
  succeeded(owner: string): boolean {
    return this.#known.delete(owner);
  }

  /** When each is tried again. Epoch milliseconds. */
  times(now: number): ReadonlyMap<string, number> {
    return new Map(
      [...this.#known].flatMap(([owner, { at }]) => (at - now > longestMs ? [] : [[owner, at] as const])),
    );
  }
}
