/** Counts how long nobody has touched anything; time comes from outside, so that it can be tested. */
export class IdleTimer {
  readonly #now: () => number;
  readonly #limits: { readonly warnMs: number; readonly lockMs: number };
  #touchedAt: number;

  /** `now`: milliseconds that never go back. */
  constructor(now: () => number, limits: { readonly warnMs: number; readonly lockMs: number }) {
    this.#now = now;
    this.#limits = limits;
    this.#touchedAt = now();
  }

  touch(): void {
    this.#touchedAt = this.#now();
  }

  get state(): 'active' | 'warning' | 'over' {
    const idle = this.#now() - this.#touchedAt;
    if (idle >= this.#limits.lockMs) return 'over';
    return idle >= this.#limits.warnMs ? 'warning' : 'active';
  }
}
