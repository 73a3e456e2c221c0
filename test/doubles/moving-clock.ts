import type { Clock } from '../../shared/clock.ts';

/** A clock that goes on only when it is told to. */
export class MovingClock implements Clock {
  #elapsedMs = 0;

  now(): number {
    return Date.UTC(2026, 0, 1) + this.#elapsedMs;
  }

  monotonicMicros(): number {
    return this.#elapsedMs * 1_000;
  }

  pass(milliseconds: number): void {
    this.#elapsedMs += milliseconds;
  }
}
