import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { operations } from './operations.ts';
import { transports } from './transports.ts';

test('every operation of the contract has a row in the table, and every row an operation', () => {
  const names = operations.map(({ name }) => name);
  expect(names.filter((name) => !cases.has(name))).toEqual([]);
  expect([...cases.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

test('every transport has a file that runs the suite over it', () => {
  const missing = Object.keys(transports).filter(
    (name) => !existsSync(new URL(`over-${name}.test.ts`, import.meta.url)),
  );
  expect(missing).toEqual([]);
});
