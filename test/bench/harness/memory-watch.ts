const everyMs = 20;

/** The most memory that this process has beside what it had at the start, until it is ended. */
export class MemoryWatch {
  readonly #before = process.memoryUsage.rss();
  #most = this.#before;
  readonly #timer = setInterval(() => {
    this.#most = Math.max(this.#most, process.memoryUsage.rss());
  }, everyMs);

  /** In bytes. */
  end(): number {
    clearInterval(this.#timer);
    return this.#most - this.#before;
  }
}
