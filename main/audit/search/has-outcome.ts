import { HoldfastError } from '../../../shared/errors.ts';
import type { Reading } from '../../storage/store.ts';
import { findByWords } from './text/find-by-words.ts';
import { readRecord } from './trail.ts';

/** Whether any log has the outcome of an operation. The index leads to entries; what they say is read from the log. */
export async function hasOutcome(search: Reading, log: Reading, operation: string): Promise<boolean> {
  const filter = { correlation: operation };
  const isOutcome = (position: number) => {
    try {
      const { cor, ph } = readRecord(log, position);
      return cor === operation && ph === 'outcome';
    } catch (error) {
      if (error instanceof HoldfastError) return false; // damaged: no outcome can be read there
      throw error;
    }
  };
  let after: readonly [number, number] | undefined;
  for (;;) {
    const query = { filter, order: 'newest', limit: 1, after } as const;
    const { found, reached } = await findByWords(search, query, isOutcome);
    if (found.length > 0) return true;
    if (reached === null) return false;
    after = [reached, -1];
  }
}
