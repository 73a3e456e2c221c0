import { setImmediate } from 'node:timers/promises';

/** Others get their turn after so much of looking. */
const turnMs = 8;

/** Looking for long, in turns with others. */
export class Turns {
  readonly #begun = performance.now();
  readonly #patienceMs: number;
  #turn = this.#begun;

  constructor(patienceMs = Number.POSITIVE_INFINITY) {
    this.#patienceMs = patienceMs;
  }

  get isOver(): boolean {
    return performance.now() - this.#begun > this.#patienceMs;
  }

  async next(): Promise<void> {
    if (performance.now() - this.#turn < turnMs) return;
    await setImmediate();
    this.#turn = performance.now();
  }
}
