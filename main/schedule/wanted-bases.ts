import { backOff } from './retries.ts';

/** A later doubt counts as the first again. */
const forgottenAfterMs = 86_400_000;

interface Doubt {
  readonly since: number;
  /** When its new base is to be made. */
  readonly at: number;
  /** Doubts, each within a day of the one before. */
  readonly count: number;
}

/** New bases that are wanted before the next backup by schedule: once for each doubt, and later the more often there is one. */
export class WantedBases {
  readonly #random: () => number;
  readonly #doubts = new Map<string, Doubt>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The log of an owner's commits cannot go on. Epoch milliseconds. */
  doubted(owner: string, now: number): void {
    const before = this.#doubts.get(owner);
    const isRecent = before !== undefined && Math.abs(now - before.since) < forgottenAfterMs;
    const count = isRecent ? before.count + 1 : 1;
    this.#doubts.set(owner, { since: now, at: now + backOff(count, this.#random()), count });
  }

  /** When each is to be made, of those that had no backup since. Epoch milliseconds. */
  times(lastRuns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    return new Map(
      [...this.#doubts].flatMap(([owner, { since, at }]) =>
        (lastRuns.get(owner) ?? 0) > since ? [] : [[owner, at] as const],
      ),
    );
  }
}
