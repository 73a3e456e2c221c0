import type { Reading } from '../../storage/store.ts';
import { placeOf, positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import type { OpeningKeys, OpensField } from './opening-keys.ts';
import { StoredOpenings } from './stored-openings.ts';

type Found = (index: number | null, reason: string) => void;

/** A sealed field of a record. */
interface Committed {
  readonly field: string;
  /** Base 64. */
  readonly commitment: string;
  /** Whose field it is; undefined for one that is nobody's. */
  readonly subject: string | undefined;
}

/** Compares one log's openings with the commitments of its records: none missing, none changed, none besides. */
export class OpeningsOf {
  readonly #reading: Reading;
  readonly #log: number;
  readonly #first: number;
  readonly #stored: StoredOpenings;
  readonly #found: Found;
  readonly #onMissingKey: (subject: string, index: number, time: number) => void;
  readonly #keys: OpeningKeys;
  readonly #opens: OpensField;
  #seen = 0;

  /**
   * `first`: the position in the log from which on they are read. `onMissingKey` is told of each field of a person without one.
   * `opens`: what is asked in place of the keys.
   */
  constructor(
    reading: Reading,
    first: number,
    keys: OpeningKeys,
    found: Found,
    onMissingKey: (subject: string, index: number, time: number) => void,
    opens: OpensField = (field) => keys.opens(field),
  ) {
    this.#reading = reading;
    this.#log = placeOf(first).log;
    this.#first = first;
    this.#stored = new StoredOpenings(reading, first, positionOf(this.#log + 1, 0));
    this.#found = found;
    this.#onMissingKey = onMissingKey;
    this.#keys = keys;
    this.#opens = opens;
  }

  /** Of one entry after the other. */
  check(index: number, record: AuditRecord): void {
    const { id, t, why, dif, pd } = record;
    const stored = this.#stored.at(positionOf(this.#log, index));
    this.#seen += stored.length;
    const committed: Committed[] = [];
    if (why !== undefined) committed.push({ field: 'why', commitment: why, subject: undefined });
    if (dif?.b !== undefined) committed.push({ field: 'dif.b', commitment: dif.b, subject: undefined });
    if (dif?.a !== undefined) committed.push({ field: 'dif.a', commitment: dif.a, subject: undefined });
    for (const { f, c, s } of pd ?? []) committed.push({ field: f, commitment: c, subject: s });
    for (const { field, commitment, subject } of committed) {
      if (!this.#keys.has(subject)) {
        if (subject !== undefined) this.#onMissingKey(subject, index, t);
        continue;
      }
      const sealed = stored.find((row) => row.field === field)?.sealed;
      if (sealed === undefined) this.#found(index, `what opens the field ${field} is missing`);
      else if (!this.#opens({ subject, eventId: id, field, commitment, sealed }))
        this.#found(index, `what opens the field ${field} does not fit`);
    }
    for (const { field } of stored) {
      if (!committed.some((each) => each.field === field))
        this.#found(index, `the record has no field ${field} to open`);
    }
  }

  /** After the last record: openings of records that are not there. */
  finish(): void {
    const count =
      this.#reading
        .sql<{ n: number }>('SELECT count(*) AS n FROM openings WHERE position >= ? AND position < ?')
        .get(this.#first, positionOf(this.#log + 1, 0))?.n ?? 0;
    if (count !== this.#seen) this.#found(null, `${count - this.#seen} openings belong to no entry`);
  }
}
