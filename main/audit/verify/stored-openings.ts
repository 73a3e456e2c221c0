import type { Reading } from '../../storage/store.ts';

export interface StoredOpening {
  readonly field: string;
  /** Nothing where the row has no bytes. */
  readonly sealed: Uint8Array;
}

/** What the page says of a row: position, field, and the length of what is sealed; null for what are no bytes. */
type Place = readonly [position: number, field: string, length: number | null];

/** So many rows are read at once. */
const rowsAtOnce = 1024;
/** In bytes: what is longer is read by itself, when it is its turn. */
const longestAtOnce = 4096;
const nothing = new Uint8Array(0);

// one row of two values takes a third of the time that its many take by themselves
const pageText = `
  SELECT json_group_array(json_array(position, field, length(sealed))) AS places,
    CAST(coalesce(group_concat(iif(length(sealed) <= ${longestAtOnce}, sealed, NULL), ''), '') AS BLOB) AS bytes
  FROM (
    SELECT position, iif(typeof(field) = 'text', field, '') AS field, iif(typeof(sealed) = 'blob', sealed, NULL) AS sealed
    FROM openings WHERE position >= ? AND position < ? ORDER BY position LIMIT ${rowsAtOnce} OFFSET ?
  )`;

/** The openings of a stretch of positions, for whoever asks for them in order. */
export class StoredOpenings {
  readonly #reading: Reading;
  readonly #end: number;
  /** From which position on the next page is read, and how many of its rows were read before. */
  #from: number;
  #before = 0;
  #places: readonly Place[] = [];
  #next = 0;
  #bytes = nothing;
  #offset = 0;

  /** Positions from `first` on, `end` excluded. */
  constructor(reading: Reading, first: number, end: number) {
    this.#reading = reading;
    this.#from = first;
    this.#end = end;
  }

  /** Of one position after the other; those between are passed over. */
  at(position: number): StoredOpening[] {
    const found: StoredOpening[] = [];
    for (;;) {
      const place = this.#places[this.#next] ?? this.#read();
      if (place === undefined || place[0] > position) return found;
      this.#next += 1;
      const sealed = this.#sealed(place);
      if (place[0] === position) found.push({ field: place[1], sealed });
    }
  }

  #read(): Place | undefined {
    if (this.#from === this.#end) return undefined;
    const page = this.#reading
      .sql<{ places: string; bytes: Uint8Array }>(pageText)
      .get(this.#from, this.#end, this.#before);
    const places: readonly Place[] = JSON.parse(page?.places ?? '[]');
    const last = places.length < rowsAtOnce ? this.#end : (places.at(-1)?.[0] ?? this.#end);
    const ofLast = places.filter(([position]) => position === last).length;
    this.#before = last === this.#from ? this.#before + ofLast : ofLast;
    this.#from = last;
    this.#places = places;
    this.#next = 0;
    this.#bytes = page?.bytes ?? nothing;
    this.#offset = 0;
    return places[0];
  }

  #sealed([position, field, length]: Place): Uint8Array {
    if (length === null) return nothing;
    if (length > longestAtOnce) {
      const alone = this.#reading
        .sql<{ sealed: Uint8Array }>('SELECT sealed FROM openings WHERE position = ? AND field = ?')
        .get(position, field);
      return alone?.sealed ?? nothing;
    }
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }
}
