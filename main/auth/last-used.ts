import type { Store } from '../storage/store.ts';
import { storeLastUsed } from './api-key-store.ts';
import type { ErrorLog } from './needs.ts';

const atATime = 500;

/** When each key was last used: noted in memory, stored now and then, so that no verification writes. */
export class LastUsed {
  readonly #control: Store;
  readonly #log: ErrorLog;
  #noted = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(control: Store, log: ErrorLog) {
    this.#control = control;
    this.#log = log;
  }

  /** `at` is epoch milliseconds. */
  note(lookup: string, at: number): void {
    this.#noted.set(lookup, at);
  }

  of(lookup: string): number | undefined {
    return this.#noted.get(lookup);
  }

  /** Stores every `everyMs` milliseconds from now on. */
  start(everyMs: number): void {
    this.#timer ??= setInterval(() => {
      this.flush().catch((error: unknown) => this.#log(error, null));
    }, everyMs);
    this.#timer.unref();
  }

  /** Stores what was noted, in short transactions; what could not be stored stays noted. */
  async flush(): Promise<void> {
    const noted = [...this.#noted];
    for (let from = 0; from < noted.length; from += atATime) {
      const part = noted.slice(from, from + atATime);
      await this.#control.write((transaction) => {
        for (const [lookup, at] of part) storeLastUsed(transaction, lookup, at);
      });
      for (const [lookup, at] of part) {
        if (this.#noted.get(lookup) === at) this.#noted.delete(lookup);
      }
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.flush();
  }
}
