import { type Clock, systemClock } from '../../shared/clock.ts';

/** The machine's clock, ahead by what it was told has passed: for what worker threads, which keep the machine's, also date. */
export class ShiftedClock implements Clock {
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonicMicros(): number {
    return systemClock.monotonicMicros();
  }

  pass(milliseconds: number): void {
    this.#aheadMs += milliseconds;
  }
}
