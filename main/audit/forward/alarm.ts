/** Waits that somebody else can cut short. */
export class Alarm {
  #rung = false;
  #ring: (() => void) | undefined;

  /** Ends the present wait, or else the next one. */
  ring(): void {
    this.#rung = true;
    this.#ring?.();
  }

  /** Waits until it rings, `ms` at most. */
  async wait(ms?: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#ring = resolve;
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
      this.#ring = undefined;
    }
    this.#rung = false;
  }
}
