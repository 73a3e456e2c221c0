import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intersect, isScope, matches, permits } from '../../../shared/scopes.ts';

const scope = fc
  .tuple(fc.constantFrom('data', 'data-export', 'files'), fc.constantFrom('read', 'write', '*'))
  .map(([resource, action]) => `${resource}:${action}`);
const scopes = fc.array(scope, { maxLength: 6 });

test('the grammar', () => {
  const good = ['data:read', 'data:*', 'audit-events:write'];
  const bad = [
    '',
    '*',
    '*:*',
    '*:read',
    'data',
    'data:',
    ':read',
    'data:*x',
    'data:r*',
    'Data:read',
    'a:b:c',
    'a:b\n',
  ];
  expect({ good: good.filter(isScope), bad: bad.filter(isScope) }).toEqual({ good, bad: [] });
  for (const text of bad)
    expect([matches(text, 'data:read'), matches('data:*', text)]).toEqual([false, false]);
});

test('a wildcard covers its own resource only', () => {
  expect(matches('data:*', 'data:read')).toBe(true);
  expect(matches('data:*', 'data:*')).toBe(true);
  expect(matches('data:*', 'data-export:read')).toBe(false);
  expect(matches('data:read', 'data:*')).toBe(false);
});

test('the intersection permits exactly what both sides permit', () => {
  fc.assert(
    fc.property(scopes, scopes, scope, (left, right, asked) => {
      expect(permits(intersect(left, right), asked)).toBe(permits(left, asked) && permits(right, asked));
    }),
  );
});
