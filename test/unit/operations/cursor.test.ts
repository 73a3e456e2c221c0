import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor, pageOf } from '../../../main/operations/cursor.ts';

const filter = { list: 'tenants', state: 'active', search: undefined };
const position = { sort: ['Ödland', 5], id: 'a' };

test('a cursor gives back its position', () => {
  expect(decodeCursor(encodeCursor(position, filter), { list: 'tenants', state: 'active' })).toEqual(
    position,
  );
  expect(decodeCursor(undefined, filter)).toBeUndefined();
});

test('a cursor of another filter, and a damaged one, are refused', () => {
  const cursor = encodeCursor(position, filter);
  const others: [string, object][] = [
    [cursor, { list: 'tenants', state: 'suspended' }],
    [cursor, { list: 'tenants' }],
    ['', filter],
    ['!', filter],
    [Buffer.from('{"sort":[{}],"id":"a"}').toString('base64url'), filter],
    [cursor.slice(4), filter],
  ];
  for (const [text, asked] of others) {
    expect(() => decodeCursor(text, { ...asked })).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
  }
});

test('a page tells of a next one only when there is one', () => {
  const cut = (rows: number[]) =>
    pageOf(
      rows,
      2,
      filter,
      (row) => ({ sort: [row], id: `${row}` }),
      (row) => row * 10,
    );
  expect(cut([1, 2])).toEqual({ items: [10, 20], next: null });
  const { items, next } = cut([1, 2, 3]);
  expect({ items, at: decodeCursor(next ?? undefined, filter) }).toEqual({
    items: [10, 20],
    at: { sort: [2], id: '2' },
  });
});
