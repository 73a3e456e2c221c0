import type { Reading } from '../../storage/store.ts';
import { decodeBase64 } from '../base64.ts';
import { openField } from '../commitment.ts';
import { placeOf, positionOf } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';

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

interface Committed {
  readonly field: string;
  readonly commitment: string;
  readonly key: Uint8Array | undefined;
  /** Whose field it is; undefined for one that is nobody's. */
  readonly subject?: string;
}

/** Compares one log's openings with the commitments of its records: none missing, none changed, none besides. */
export class OpeningsOf {
  readonly #reading: Reading;
  readonly #log: number;
  readonly #first: number;
  readonly #keys: OpeningCheck;
  readonly #found: Found;
  readonly #onMissingKey: (subject: string, index: number, time: number) => void;
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
    this.#keys = keys;
    this.#found = found;
    this.#onMissingKey = onMissingKey;
  }

  check(index: number, record: AuditRecord): void {
    const stored = new Map(
      this.#reading
        .sql<{ field: string; sealed: Uint8Array }>('SELECT field, sealed FROM openings WHERE position = ?')
        .all(positionOf(this.#log, index))
        .map(({ field, sealed }) => [field, sealed]),
    );
    this.#seen += stored.size;
    for (const committed of this.#committed(record)) {
      const { field, key, subject } = committed;
      const sealed = stored.get(field);
      stored.delete(field);
      if (key === undefined) {
        if (subject !== undefined) this.#onMissingKey(subject, index, record.t);
        continue;
      }
      if (sealed === undefined) this.#found(index, `what opens the field ${field} is missing`);
      else if (!opens(record.id, committed, key, sealed))
        this.#found(index, `what opens the field ${field} does not fit`);
    }
    for (const field of stored.keys()) this.#found(index, `the record has no field ${field} to open`);
  }

  /** After the last record: openings of records that are not there. */
  finish(): void {
    const count =
      this.#reading
        .sql<{ n: number }>('SELECT count(*) AS n FROM openings WHERE position >= ? AND position < ?')
        .get(this.#first, positionOf(this.#log + 1, 0))?.n ?? 0;
    if (count !== this.#seen) this.#found(null, `${count - this.#seen} openings belong to no entry`);
  }

  #committed({ why, dif, pd = [] }: AuditRecord): Committed[] {
    const { installationKey, subjectKeys } = this.#keys;
    const plain = Object.entries({ why, 'dif.b': dif?.b, 'dif.a': dif?.a }).flatMap(([field, commitment]) =>
      commitment === undefined ? [] : [{ field, commitment, key: installationKey }],
    );
    return [
      ...plain,
      ...pd.map(({ s, f, c }) => ({ field: f, commitment: c, key: subjectKeys.get(s), subject: s })),
    ];
  }
}

function opens(
  eventId: string,
  { field, commitment }: Committed,
  key: Uint8Array,
  sealed: Uint8Array,
): boolean {
  const digest = decodeBase64(commitment);
  if (digest === undefined) return false;
  try {
    openField(key, { eventId, field }, digest, sealed);
    return true;
  } catch {
    return false; // whatever is wrong with it, it does not open the field
  }
}
