import { expect, test } from 'vitest';
import { changesOf } from '../../../../../renderer/features/audit/changes.ts';

test('members by their path, those that changed first', () => {
  const before = { name: 'Acme', limits: { bots: 3, users: 50 }, tags: ['a'], gone: true };
  const after = { name: 'Acme', limits: { bots: 10, users: 50 }, tags: ['a', 'b'], accent: null };
  const told = changesOf({ before, after }).map(({ member, before: old, after: now, changed }) =>
    [changed ? '!' : '=', member, old, now].join(' '),
  );
  expect(told).toEqual([
    '! accent  null',
    '! gone true ',
    '! limits.bots 3 10',
    '! tags ["a"] ["a","b"]',
    '= limits.users 50 50',
    '= name Acme Acme',
  ]);
});

test('of a thing that was made nothing has changed', () => {
  expect(changesOf({ before: null, after: { tier: 'free' } })).toEqual([
    { member: 'tier', before: undefined, after: 'free', changed: false },
  ]);
  expect(changesOf({ before: null, after: null })).toEqual([]);
});
