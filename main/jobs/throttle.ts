export interface ThrottleOptions {
  readonly everyMs: number;
  readonly action: () => void;
  /** The first touch acts at once; otherwise only after `everyMs`. */
  readonly leading: boolean;
}

/** Turns any number of touches into at most one action in `everyMs` milliseconds; the last touch is never lost. */
export class Throttle {
  readonly #options: ThrottleOptions;
  #timer: NodeJS.Timeout | undefined;
  #touched = false;
  #stopped = false;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  touch(): void {
    if (this.#stopped) return;
    if (this.#timer !== undefined) {
      this.#touched = true;
      return;
    }
    this.#touched = !this.#options.leading;
    this.#wait();
    if (this.#options.leading) this.#options.action();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#touched) return;
      this.#touched = false;
      this.#wait();
      this.#options.action();
    }, this.#options.everyMs);
    this.#timer.unref();
  }
}
