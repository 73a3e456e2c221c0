import { createHash } from 'node:crypto';
import serialize from 'canonicalize';
import { z } from 'zod';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';

/** Where a page ended: the values it was sorted by, and the id that tells equal ones apart. */
export interface Position {
  readonly sort: readonly (string | number)[];
  readonly id: string;
}

/** What a list was asked for, its own name included: a cursor serves no other. Absent members don't count. */
export type Filter = { readonly [name: string]: JsonValue | undefined };

const content = z.object({
  sort: z.array(z.union([z.string(), z.number()])).max(8),
  id: z.string(),
  filter: z.string(),
});

/** The `next` of a page: base64url of JSON with the position and a hash of the filter. */
export function encodeCursor(position: Position, filter: Filter): string {
  const { sort, id } = position;
  return Buffer.from(JSON.stringify({ sort, id, filter: hashOf(filter) })).toString('base64url');
}

/** The position a cursor stands for; undefined without one. Errors: VALIDATION (damaged, or of another filter). */
export function decodeCursor(cursor: string | undefined, filter: Filter): Position | undefined {
  if (cursor === undefined) return undefined;
  const parsed = content.safeParse(jsonOf(cursor));
  if (!parsed.success) throw refused('The cursor is damaged; ask for the first page again.');
  const { sort, id, filter: hash } = parsed.data;
  if (hash !== hashOf(filter)) {
    throw refused('The cursor belongs to a list with another filter; ask for the first page again.');
  }
  return { sort, id };
}

/**
 * Cuts what was read, one row more than `limit`, into a page. `positionOf` gives a row's place in the order.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  filter: Filter,
  positionOf: (row: Row) => Position,
  itemOf: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(positionOf(last), filter) : null;
  return { items: kept.map(itemOf), next };
}

function hashOf(filter: Filter): string {
  return createHash('sha256')
    .update(serialize(filter) ?? '')
    .digest('base64url')
    .slice(0, 22);
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function refused(message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, { issues: [{ path: ['cursor'], message }] });
}
