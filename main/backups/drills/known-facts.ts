import { setImmediate } from 'node:timers/promises';
import type { Reading } from '../../storage/store.ts';
import { type OwnerId, tenantIdOf } from '../owner.ts';
import type { RepositoryId } from '../targets/target.ts';
import { readFacts, type StoredFacts } from './owner-facts.ts';

/** So many owners are read before others have their turn. */
const ownersBetweenPauses = 20;

/**
 * What protects each owner, kept in memory: only of owners whose snapshots or drills changed it is read again, which control.db
 * marks itself. Not for use within a transaction, which may yet be rolled back.
 */
export class KnownFacts {
  readonly #control: Reading;
  /** Undefined: it changed and was not asked for since. */
  readonly #facts = new Map<RepositoryId, StoredFacts | undefined>();
  #seen = 0;

  constructor(control: Reading) {
    this.#control = control;
  }

  /** Reads all owners, with pauses, so that the first look at them is as quick as the next. */
  async load(): Promise<void> {
    this.#renew();
    for (const [at, owner] of [...this.#facts.keys()].entries()) {
      if (at % ownersBetweenPauses === ownersBetweenPauses - 1) await setImmediate();
      this.#factsOf(owner);
    }
  }

  of(owner: OwnerId): StoredFacts {
    this.#renew();
    return this.#factsOf(owner ?? 'installation');
  }

  /** Of every owner that has, or had, snapshots or drills. */
  all(): ReadonlyMap<RepositoryId, StoredFacts> {
    this.#renew();
    return new Map([...this.#facts.keys()].map((owner) => [owner, this.#factsOf(owner)]));
  }

  #factsOf(owner: RepositoryId): StoredFacts {
    const known = this.#facts.get(owner);
    if (known !== undefined) return known;
    const read = readFacts(this.#control, tenantIdOf(owner));
    // who never had anything gets a mark with the first
    if (this.#facts.has(owner)) this.#facts.set(owner, read);
    return read;
  }

  #renew(): void {
    const changed = this.#control
      .sql<{ owner: RepositoryId; version: number }>(
        'SELECT owner, version FROM protection_marks WHERE version > ? ORDER BY version',
      )
      .all(this.#seen);
    for (const { owner, version } of changed) {
      this.#facts.set(owner, undefined);
      this.#seen = version;
    }
  }
}
