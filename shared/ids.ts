declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A UUIDv7 (RFC 9562 section 5.7) as lower-case text. */
export type Uuid = Branded<string, 'uuid'>;
export type Slug = Branded<string, 'slug'>;

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const slugPattern = /^[a-z][a-z0-9-]{1,39}$/;
export const documentIdPattern = /^[A-Za-z0-9._:@/-]{1,200}$/;
export const collectionPattern = /^[a-z][a-z0-9_-]{0,62}$/;
export const snapshotIdPattern = /^[0-9a-f]{64}$/;

/** When an id was made, in epoch milliseconds: the first 48 bits of a UUIDv7. */
export function uuidTime(id: Uuid): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Where new identifiers come from; tests hand in their own. */
export interface Ids {
  /** A new UUIDv7; later ones sort after earlier ones within a process. */
  uuid(): Uuid;
}

/**
 * UUIDv7 (RFC 9562 section 5.7) with the 12 bits after the version used as a counter within one
 * millisecond (section 6.2, method 1), so that ids made in a row sort in the order they were made.
 */
export function uuidSource(now: () => number, random: (length: number) => Uint8Array): Ids {
  let lastTime = 0;
  let counter = 0;
  return {
    uuid() {
      const bytes = random(10);
      const time = now();
      if (time > lastTime) {
        lastTime = time;
        counter = ((bytes[0] ?? 0) << 2) | ((bytes[1] ?? 0) >> 6);
      } else {
        counter += 1;
        if (counter > 0xfff) {
          lastTime += 1;
          counter = 0;
        }
      }
      const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
      const tail = [...bytes.subarray(2)];
      tail[0] = 0x80 | ((tail[0] ?? 0) & 0x3f);
      const rest = tail.map((byte) => hex(byte, 2)).join('');
      const stamp = hex(lastTime, 12);
      return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(counter, 3)}-${rest.slice(0, 4)}-${rest.slice(4)}` as Uuid;
    },
  };
}
