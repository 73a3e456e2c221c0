/** What prunes, and may have to wait for that. */
export interface Pruner {
  readonly signal: AbortSignal;
  /** Told when it has to wait for readers, and when it goes on. */
  onWait(waits: boolean): void;
}

/**
 * Entries stay where they are while somebody reads many of them: pruning, which is never urgent, waits for its next step until
 * nobody does. Whoever begins to read meanwhile waits for that one step. Readers may be within readers.
 */
export class ReadingGate {
  #changed = Promise.withResolvers<void>();
  #readers = 0;
  #pruning = false;

  /** Holds all entries until what is answered is called. */
  async enter(): Promise<() => void> {
    while (this.#pruning) await this.#changed.promise;
    this.#readers += 1;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#readers -= 1;
      this.#tell();
    };
  }

  /** Holds all entries while `work` reads them. */
  async read<Result>(work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Does one step of a pruning while nobody reads. Errors: the signal's reason, while it waits; those of `step`. */
  async prune<Result>(step: () => Promise<Result>, { signal, onWait }: Pruner): Promise<Result> {
    const wake = () => this.#tell();
    signal.addEventListener('abort', wake);
    try {
      signal.throwIfAborted();
      const waits = this.#isTaken;
      if (waits) onWait(true);
      for (; this.#isTaken; signal.throwIfAborted()) await this.#changed.promise;
      if (waits) onWait(false);
    } finally {
      signal.removeEventListener('abort', wake);
    }
    this.#pruning = true;
    try {
      return await step();
    } finally {
      this.#pruning = false;
      this.#tell();
    }
  }

  get #isTaken(): boolean {
    return this.#readers > 0 || this.#pruning;
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}
