import { HoldfastError } from '../../shared/errors.ts';
import type { RepositoryId } from './targets/target.ts';

interface Use {
  readers: number;
  /** Who removes something from it. */
  removal: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
}

/**
 * Who of this process is at a repository: many that read, or one that removes. A restore never waits for housekeeping: a
 * removal that a reader finds is stopped, and done again another time.
 */
export class RepositoryUse {
  readonly #uses = new Map<RepositoryId, Use>();

  /** Stops a removal that is under way, waits for its end, and reads. */
  async reading<Result>(id: RepositoryId, work: () => Promise<Result>): Promise<Result> {
    const use = this.#of(id);
    use.readers += 1;
    try {
      if (use.removal !== undefined) {
        use.removal.abort.abort(inUse());
        await use.removal.ended;
      }
      return await work();
    } finally {
      use.readers -= 1;
    }
  }

  /** Throws LOCKED where somebody reads, also once somebody begins to: `signal` then tells the work to stop. */
  async removing<Result>(id: RepositoryId, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const use = this.#of(id);
    if (use.readers > 0 || use.removal !== undefined) throw inUse();
    const abort = new AbortController();
    const mine = work(abort.signal);
    const ended = mine.then(
      () => undefined,
      () => undefined, // told to whoever asked
    );
    use.removal = { abort, ended };
    try {
      return await mine;
    } finally {
      use.removal = undefined;
    }
  }

  #of(id: RepositoryId): Use {
    const known = this.#uses.get(id);
    if (known !== undefined) return known;
    const made: Use = { readers: 0, removal: undefined };
    this.#uses.set(id, made);
    return made;
  }
}

function inUse(): HoldfastError {
  return new HoldfastError(
    'LOCKED',
    'A restore or verification reads this repository, so nothing is removed from it now. It is tried again after the next backup.',
    { holder: { kind: 'reader' } },
  );
}
