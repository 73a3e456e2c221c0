/** Work on one thing at a time, in the order in which it was asked for. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` when all that was asked before it on `what` has ended, however it ended. */
  async take<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(what);
    const mine = before === undefined ? work() : before.then(work);
    const done = mine.then(
      () => undefined,
      () => undefined, // told to whoever asked
    );
    this.#last.set(what, done);
    try {
      return await mine;
    } finally {
      if (this.#last.get(what) === done) this.#last.delete(what);
    }
  }

  /** Runs `work` in its turn on each of several things, taken one after the other in this order. */
  async takeAll<Result>(all: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const [first, ...others] = all;
    if (first === undefined) return await work();
    return await this.take(first, () => this.takeAll(others, work));
  }
}
