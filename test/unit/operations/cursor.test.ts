import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, pageOf } from '../../../main/operations/cursor.ts';

const form = z.tuple([z.string(), z.number()]);

test('a cursor goes back to the list it came from', () => {
  const cursor = encodeCursor({ search: 'é', tier: undefined, limitless: true }, ['name', 7]);
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(decodeCursor(cursor, { limitless: true, search: 'é' }, form)).toEqual(['name', 7]);
  expect(decodeCursor(undefined, {}, form)).toBeUndefined();
});

test('and to no other', () => {
  const cursor = encodeCursor({ search: 'a' }, ['name', 7]);
  const refused = (text: string, filter: object = { search: 'a' }) => {
    try {
      decodeCursor(text, { ...filter }, form);
      return null;
    } catch (error) {
      return error;
    }
  };
  const reason = (text: string) => ({
    code: 'VALIDATION',
    data: { issues: [{ path: 'cursor', reason: text }] },
  });
  expect(refused(cursor)).toBeNull();
  expect(refused(cursor, { search: 'b' })).toMatchObject(reason('another-filter'));
  expect(refused(cursor, {})).toMatchObject(reason('another-filter'));
  expect(refused('')).toMatchObject(reason('not-a-cursor'));
  expect(refused('!')).toMatchObject(reason('not-a-cursor'));
  expect(refused(encodeCursor({ search: 'a' }, [7, 'name']))).toMatchObject(reason('not-a-cursor'));
  expect(refused(Buffer.from('{"after":["a",1]}').toString('base64url'))).toMatchObject(
    reason('not-a-cursor'),
  );
});

test('a page has a cursor exactly when there is more', () => {
  const page = (rows: number[]) =>
    pageOf(
      rows,
      2,
      {},
      (row) => row * 10,
      (row) => [row],
    );
  expect(page([1, 2])).toEqual({ items: [10, 20], next: null });
  expect(page([])).toEqual({ items: [], next: null });
  const { items, next } = page([1, 2, 3]);
  expect(items).toEqual([10, 20]);
  expect(decodeCursor(next ?? '', {}, z.tuple([z.number()]))).toEqual([2]);
});
