import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';

/** What a list was asked for, without its limit and cursor; members that are undefined do not count. */
export type Filter = { readonly [name: string]: JsonValue | undefined };
/** The sort values and the id of the last item shown. */
export type Position = readonly (string | number)[];

const written = z.strictObject({ after: z.array(z.union([z.string(), z.number()])), filter: z.string() });

function filterHash(filter: Filter): string {
  const members = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url').slice(0, 16);
}

/** An opaque keyset cursor: base64url JSON of the sort values with the id, and the hash of the filter. */
export function encodeCursor(filter: Filter, after: Position): string {
  return Buffer.from(JSON.stringify({ after, filter: filterHash(filter) })).toString('base64url');
}

/**
 * The position in a cursor, or undefined without one. `form` is the tuple that `encodeCursor` was given.
 * Throws VALIDATION for a cursor of another filter, or one that is none.
 */
export function decodeCursor<Values>(
  cursor: string | undefined,
  filter: Filter,
  form: z.ZodType<Values>,
): Values | undefined {
  if (cursor === undefined) return undefined;
  const parsed = written.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw refused('not-a-cursor', 'This is not a cursor that a list answered.');
  if (parsed.data.filter !== filterHash(filter)) {
    throw refused(
      'another-filter',
      'The cursor belongs to a list with another filter: begin again without it.',
    );
  }
  const after = form.safeParse(parsed.data.after);
  if (!after.success) throw refused('not-a-cursor', 'This is not a cursor that a list answered.');
  return after.data;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** Makes a page of up to `limit` of `rows`, which hold one more when there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  filter: Filter,
  toItem: (row: Row) => Item,
  toPosition: (row: Row) => Position,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), next: more ? encodeCursor(filter, toPosition(last)) : null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by the schema, like every other text that is no cursor
  }
}

function refused(reason: string, message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: 'cursor', reason }] });
}
