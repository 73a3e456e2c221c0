import { HoldfastError } from '../../shared/errors.ts';
import type { Reading } from '../storage/store.ts';
import { openCheckpoint } from './checkpoint.ts';
import { readHeads } from './log-store.ts';
import { parseNote } from './note.ts';
import { type FormerKey, formerVerifier } from './note-key.ts';

/**
 * How many entries the log at least had that `log` has not: by the newest checkpoint of each log in `notes`, as far as
 * one of the keys signed it.
 */
export function lostEntries(
  log: Reading,
  notes: readonly string[],
  { installationId, keys }: { readonly installationId: string; readonly keys: readonly FormerKey[] },
): number {
  const verifiers = keys.map((key) => formerVerifier(installationId, key));
  const newest = new Map<string, number>();
  for (const text of notes) {
    const note = Buffer.from(text);
    try {
      const [origin = ''] = parseNote(note).text.split('\n', 1);
      const { size } = openCheckpoint(note, origin, verifiers).checkpoint;
      newest.set(origin, Math.max(size, newest.get(origin) ?? 0));
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error; // one that nobody signed proves nothing
    }
  }
  const sizes = new Map(readHeads(log).map(({ origin, size }) => [origin, size]));
  return [...newest].reduce((sum, [origin, size]) => sum + Math.max(0, size - (sizes.get(origin) ?? 0)), 0);
}
