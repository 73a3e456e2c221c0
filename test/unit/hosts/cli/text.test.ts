import { expect, test } from 'vitest';
import { facts, limit, pageText, plain, size, table } from '../../../../main/hosts/cli/output/text.ts';

test('a table is as wide as what is in it', () => {
  expect(
    table(
      ['ID', 'NAME'],
      [
        ['1', 'a longer name'],
        ['22', null],
      ],
    ),
  ).toBe('ID  NAME\n1   a longer name\n22  -');
  expect(table(['ID'], [])).toBe('None.');
});

test('facts stand under each other', () => {
  expect(
    facts([
      ['id', 7],
      ['a name', ''],
    ]),
  ).toBe('id      7\na name  -');
});

test('nothing from data steers the terminal or forges a line', () => {
  expect(plain('a\u001b[2J\nb\u202ec\u0085d\u2028e')).toBe('a\ufffd[2J\ufffdb\ufffdc\ufffdd\ufffde');
  expect(facts([['name', 'x\nid  forged']])).toBe('name  x\ufffdid  forged');
});

test('sizes are in powers of ten', () => {
  expect([0, 999, 1000, 10 ** 10, 1.5e15].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 KB',
    '10.0 GB',
    '1500.0 TB',
  ]);
  expect([limit(null), limit(3), limit(10 ** 10, size)]).toEqual(['unlimited', '3', '10.0 GB']);
});

test('a page says how to go on', () => {
  expect([pageText('x', null), pageText('x', 'abc')]).toEqual(['x', 'x\nMore: add --cursor abc']);
});
