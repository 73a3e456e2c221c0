import { expect, test } from 'vitest';
import {
  changedRules,
  draftOf,
  policyIn,
  ruleOptions,
} from '../../../../../../renderer/features/backups/retention/draft.ts';
import { keepsLess, retentionByTier } from '../../../../../../shared/retention.ts';
import { tiers } from '../../../../../../shared/tiers.ts';

test('the fields of a policy say that policy', () => {
  for (const tier of tiers) expect(policyIn(draftOf(retentionByTier[tier]))).toEqual(retentionByTier[tier]);
});

test.each(['', 'x', '-1', '1.5', '10001', '1e3', '1 0'])('“%s” is no number of snapshots', (typed) => {
  expect(policyIn({ ...draftOf(retentionByTier.free), daily: typed })).toBeUndefined();
});

test('a minimum is at least one, other rules may keep none', () => {
  const draft = draftOf(retentionByTier.free);
  expect(policyIn({ ...draft, minimum: '0' })).toBeUndefined();
  expect(policyIn({ ...draft, daily: ' 0 ' })?.daily).toBe(0);
});

test('what changed is named, and whether it keeps less', () => {
  const before = retentionByTier.professional;
  const after = { ...before, daily: 14, weekly: 20 };
  expect(changedRules(before, after)).toEqual([
    { rule: 'daily', before: 30, after: 14 },
    { rule: 'weekly', before: 13, after: 20 },
  ]);
  expect([
    keepsLess(after, before),
    keepsLess({ ...before, weekly: 20 }, before),
    keepsLess(before, before),
  ]).toEqual([true, false, false]);
  expect(ruleOptions(after)).toBe(
    '--last 7 --hourly 0 --daily 14 --weekly 20 --monthly 12 --yearly 7 --minimum 3',
  );
});
