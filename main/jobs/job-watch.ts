import type { Job } from '../../shared/contract/suite.ts';

interface Reader {
  readonly resolve: (result: IteratorResult<Job, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** One reader's view of a job. A slow reader misses what lies between, never the newest and never the last. */
export class JobWatch implements AsyncIteratorObject<Job, undefined> {
  readonly #readers: Reader[] = [];
  readonly #onEnd: (() => void)[] = [];
  #newest: Job | undefined;
  #end: { readonly error?: unknown } | undefined;

  /** Calls `listener` once when nothing more will be shown; at once if that is so already. */
  onEnd(listener: () => void): void {
    if (this.#end === undefined) this.#onEnd.push(listener);
    else listener();
  }

  show(job: Job): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#newest = job;
    else reader.resolve({ done: false, value: job });
  }

  /** After what was shown last, the reader meets the end, or `failure`. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = failure ?? {};
    for (const listener of this.#onEnd.splice(0)) listener();
    for (const reader of this.#readers.splice(0)) this.#finish(reader);
  }

  next(): Promise<IteratorResult<Job, undefined>> {
    const value = this.#newest;
    if (value !== undefined) {
      this.#newest = undefined;
      return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      if (this.#end === undefined) this.#readers.push(reader);
      else this.#finish(reader);
    });
  }

  return(): Promise<IteratorResult<Job, undefined>> {
    this.#newest = undefined;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(reader: Reader): void {
    const end = this.#end;
    if (end !== undefined && 'error' in end) {
      this.#end = {};
      reader.reject(end.error);
    } else {
      reader.resolve({ done: true, value: undefined });
    }
  }
}
