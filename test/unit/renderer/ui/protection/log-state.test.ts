import { expect, test } from 'vitest';
import { logStateOf } from '../../../../../renderer/ui/protection/log-state.ts';
import type { ManagerHealth } from '../../../../../shared/contract/suite.ts';

const ready: ManagerHealth = { state: 'ready', problem: null };
const log = { size: 5, root: '', contradicted: false, lastVerification: null } as const;
const horizon = { witness: 'none', name: null, size: 0, time: null, keychain: null, note: '' } as const;
const withAudit = (audit: ManagerHealth, contradicted = false) => ({
  managers: { tenants: ready, auth: ready, audit, backups: ready },
  log: { ...log, contradicted, horizon },
});
const found = (verdict: 'verified' | 'tampered' | 'incomplete') => ({
  verdict,
  time: '2026-11-25T11:00:00Z',
});

test('what the newest verification found', () => {
  expect(logStateOf(withAudit(ready), null)).toBe('not-verified');
  expect(logStateOf(withAudit(ready), found('verified'))).toBe('intact');
  expect(logStateOf(withAudit(ready), found('incomplete'))).toBe('incomplete');
  expect(logStateOf(withAudit(ready), found('tampered'))).toBe('tampered');
});

test('a contradiction of the anchor outweighs an earlier good verdict', () => {
  const contradicted = withAudit({ state: 'degraded', problem: 'The log is shorter.' }, true);
  expect(logStateOf(contradicted, found('verified'))).toBe('tampered');
});

test('a log that cannot be opened is not intact, whatever was found before', () => {
  const down = withAudit({ state: 'down', problem: 'audit.db is gone' });
  expect(logStateOf(down, found('verified'))).toBe('unavailable');
  expect(logStateOf(down, found('tampered'))).toBe('tampered');
});

test('another problem, such as a keychain that does not answer, changes no verdict', () => {
  expect(
    logStateOf(withAudit({ state: 'degraded', problem: 'The keychain is locked.' }), found('verified')),
  ).toBe('intact');
});
