import type { KeyObject } from 'node:crypto';
import { aesGcmKey } from '../../secrets/aes-gcm.ts';
import type { Reading } from '../../storage/store.ts';
import { checkOpening, type FieldPlace } from '../commitment.ts';
import { placeOf, positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import { StoredOpenings } from './stored-openings.ts';

/** The keys under which openings are sealed. */
export interface OpeningCheck {
  /** Of fields without a subject. */
  readonly installationKey: Uint8Array;
  /** By pseudonym. Who is not in it was erased, or came later: their openings may be gone. */
  readonly subjectKeys: ReadonlyMap<string, Uint8Array>;
  /** Of pseudonyms: by it the entries that tell of an erasure are found. */
  readonly pseudonymKey: Uint8Array;
  /** By origin, how many entries there were when the keys were read: who is named in them had a key. */
  readonly sizes: ReadonlyMap<string, number>;
}

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
  readonly #keyOf: (subject: string | undefined) => KeyObject | undefined;
  #seen = 0;

  /** `first`: the position in the log from which on they are read. `onMissingKey` is told of each field of a person without one. */
  constructor(
    reading: Reading,
    first: number,
    keys: OpeningCheck,
    found: Found,
    onMissingKey: (subject: string, index: number, time: number) => void,
  ) {
    this.#reading = reading;
    this.#log = placeOf(first).log;
    this.#first = first;
    this.#stored = new StoredOpenings(reading, first, positionOf(this.#log + 1, 0));
    this.#found = found;
    this.#onMissingKey = onMissingKey;
    this.#keyOf = keyObjects(keys);
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
      const key = this.#keyOf(subject);
      if (key === undefined) {
        if (subject !== undefined) this.#onMissingKey(subject, index, t);
        continue;
      }
      const sealed = stored.find((row) => row.field === field)?.sealed;
      if (sealed === undefined) this.#found(index, `what opens the field ${field} is missing`);
      else if (!opens(key, { eventId: id, field }, commitment, sealed))
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

/** Of a person, or without one of the installation: each made ready once. */
function keyObjects({ installationKey, subjectKeys }: OpeningCheck) {
  const made = new Map<string | undefined, KeyObject>([[undefined, aesGcmKey(installationKey)]]);
  return (subject: string | undefined): KeyObject | undefined => {
    const known = made.get(subject);
    const bytes = known === undefined && subject !== undefined ? subjectKeys.get(subject) : undefined;
    if (bytes === undefined || subject === undefined) return known;
    const key = aesGcmKey(bytes);
    made.set(subject, key);
    return key;
  };
}

function opens(key: KeyObject, place: FieldPlace, commitment: string, sealed: Uint8Array): boolean {
  try {
    checkOpening(key, place, commitment, sealed);
    return true;
  } catch {
    return false; // whatever is wrong with it, it does not open the field
  }
}
