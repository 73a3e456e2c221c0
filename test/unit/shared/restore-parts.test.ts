import { expect, test } from 'vitest';
import { distinctParts, parsePart, partText } from '../../../shared/restore-parts.ts';

test.each([
  ['orders', { collection: 'orders', id: null }],
  ['orders/a/b', { collection: 'orders', id: 'a/b' }],
  ['$files', { collection: '$files', id: null }],
  ['$files/in/a letter ü.pdf', { collection: '$files', id: 'in/a letter ü.pdf' }],
])('%s is a part, and is written the same', (text, part) => {
  expect(parsePart(text)).toEqual(part);
  expect(partText(part)).toBe(text);
});

test.each(['', '/', 'Orders', 'orders/', 'orders/a b', '$files/', '$other', '../orders', '1st'])(
  '%j is none',
  (text) => expect(parsePart(text)).toBeUndefined(),
);

test('parts within others are left out', () => {
  expect(distinctParts(['a/1', 'b/1', 'a', 'b/1', 'no part!'])).toEqual([
    { collection: 'b', id: '1' },
    { collection: 'a', id: null },
  ]);
});
