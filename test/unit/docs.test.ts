import { expect, test } from 'vitest';
import { operations } from '../contract/operations.ts';
import { auditedOperations, writtenOperations } from '../system/audited-operations.ts';

test('the page of audited operations has every operation of the contract as it is; else: npm run docs:operations', () => {
  const written = writtenOperations();
  expect(operations.map(({ name }) => name).filter((name) => !written.includes(`| \`${name}\` |`))).toEqual(
    [],
  );
  expect(written).toBe(auditedOperations());
});
