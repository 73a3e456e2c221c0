import { expect, test } from 'vitest';
import { protectionOf } from '../../../../../renderer/ui/protection/protection-state.ts';
import type { Status } from '../../../../../shared/contract/suite.ts';
import { allWell } from '../../../../doubles/objectives.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const still = { now, backingUp: false };
const ready = { state: 'ready', problem: null } as const;
const managers = { tenants: ready, auth: ready, audit: ready, backups: ready };
const good: Status['protection'] = {
  lastBackup: '2026-11-25T11:00:00Z',
  lastVerifiedRestore: '2026-11-20T11:00:00Z',
  nextRun: '2026-11-25T13:00:00Z',
  unprotected: 0,
  sameDisk: false,
  objectives: allWell,
};
const withChanged = (changed: Partial<Status['protection']>) => ({
  managers,
  protection: { ...good, ...changed },
});

test('protected: on time, on another disk, everybody, and a restore was proven', () => {
  expect(protectionOf(withChanged({}), still)).toEqual({ state: 'protected', reasons: [] });
  expect(protectionOf(withChanged({ nextRun: null }), still).state).toBe('protected');
});

test('without any backup nothing else matters: no tenant is counted and no restore missed', () => {
  expect(
    protectionOf(withChanged({ lastBackup: null, lastVerifiedRestore: null, unprotected: 3 }), still),
  ).toEqual({
    state: 'not',
    reasons: ['no-backup'],
  });
});

test('overdue from two minutes after it was due, unless it is being made', () => {
  const due = (before: number) => withChanged({ nextRun: new Date(now - before).toISOString() });
  expect(protectionOf(due(120_000), still).state).toBe('protected');
  expect(protectionOf(due(120_001), still)).toEqual({ state: 'not', reasons: ['overdue'] });
  expect(protectionOf(due(120_001), { now, backingUp: true }).state).toBe('protected');
});

test('partly: what is missing, the gravest first', () => {
  expect(
    protectionOf(withChanged({ sameDisk: true, unprotected: 2, lastVerifiedRestore: null }), still),
  ).toEqual({
    state: 'partly',
    reasons: ['unprotected', 'same-disk', 'restore-unproven'],
  });
});

test('a manager of backups that is down protects nothing; one with a problem partly', () => {
  const status = (state: 'degraded' | 'down') => ({
    managers: { ...managers, backups: { state, problem: 'the target is away' } },
    protection: good,
  });
  expect(protectionOf(status('down'), still)).toEqual({ state: 'not', reasons: ['backups-down'] });
  expect(protectionOf(status('degraded'), still)).toEqual({ state: 'partly', reasons: ['backups-degraded'] });
});
