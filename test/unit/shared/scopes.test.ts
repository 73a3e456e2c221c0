import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grants, intersectScopes, parseScope } from '../../../shared/scopes.ts';

test('a scope is resource:action, with a wildcard at the end only', () => {
  expect(parseScope('data:read')).toEqual({ resource: 'data', action: 'read' });
  expect(parseScope('orders.eu-west:*')).toEqual({ resource: 'orders.eu-west', action: '*' });
  const outside = [
    '',
    '*',
    '*:read',
    'data',
    'data:',
    ':read',
    'data:r*',
    'd*:read',
    'Data:read',
    'data:read:x',
  ];
  const more = [
    'data.*:read',
    ' data:read',
    'data:read\n',
    '.data:read',
    'data..x:read',
    `${'a.'.repeat(60)}a:b`,
  ];
  for (const text of [...outside, ...more]) expect(parseScope(text), text).toBeNull();
});

test('what is not granted is denied, and what is not a scope grants nothing', () => {
  expect(grants(['data:*'], 'data:read')).toBe(true);
  expect(grants(['data:*'], 'data:*')).toBe(true);
  expect(grants(['data:read'], 'data:read')).toBe(true);
  for (const [granted, asked] of [
    ['data:read', 'data:write'],
    ['data:read', 'data:*'],
    ['data:*', 'data.notes:read'],
    ['data.notes:*', 'data:read'],
    ['*', 'data:read'],
    ['*:*', 'data:read'],
    ['data:*', 'data'],
    ['data:*', '*'],
  ] as const) {
    expect(grants([granted], asked), `${granted} ${asked}`).toBe(false);
  }
  expect(grants([], 'data:read')).toBe(false);
});

const scope = fc
  .tuple(fc.constantFrom('data', 'audit', 'data.notes'), fc.constantFrom('read', 'write', '*'))
  .map((parts) => parts.join(':'));
const scopes = fc.array(scope, { maxLength: 5 });

test('an intersection grants exactly what both sides grant', () => {
  fc.assert(
    fc.property(scopes, scopes, scope, (left, right, asked) => {
      const both = intersectScopes(left, right);
      expect(grants(both, asked)).toBe(grants(left, asked) && grants(right, asked));
      expect(both).toEqual(intersectScopes(right, left));
      expect(new Set(both).size).toBe(both.length);
    }),
  );
});
