import { z } from 'zod';
import type { AuditRecord } from '../record.ts';

/** An intent whose outcome is due by then, unless its operation is still at work. */
const outcomeDueMs = 15 * 60_000;

/** Operation, index of its intent, and time of that. */
const openIntent = z.tuple([z.string(), z.int(), z.number()]);
/** What is kept of intents between two starts. */
export const openIntentsState = z.array(openIntent);
type OpenIntent = z.infer<typeof openIntent>;

/** So many are waited for in one log; beyond it the oldest are let go. */
const mostOpen = 1_000;

/** Intents of one log whose outcome was not read in it. It may be in another log: whoever asks for what is due looks there. */
export class OpenIntents {
  readonly #open: Map<string, OpenIntent>;

  constructor(kept: readonly OpenIntent[]) {
    this.#open = new Map(kept.map((intent) => [intent[0], intent]));
  }

  get state(): OpenIntent[] {
    return [...this.#open.values()];
  }

  read({ cor, ph, i, t }: AuditRecord): void {
    if (cor === undefined) return;
    if (ph === 'outcome') {
      this.#open.delete(cor);
      return;
    }
    if (this.#open.has(cor)) return;
    this.#open.set(cor, [cor, i, t]);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#open.delete(oldest);
  }

  /** Those that are due by `now`, epoch milliseconds. */
  due(now: number): readonly { readonly operation: string; readonly index: number }[] {
    return this.state.flatMap(([operation, index, time]) =>
      time + outcomeDueMs <= now ? [{ operation, index }] : [],
    );
  }

  /** Is waited for no longer. */
  settle(operation: string): void {
    this.#open.delete(operation);
  }
}
