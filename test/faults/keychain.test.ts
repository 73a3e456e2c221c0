import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

function underFault(fault: 'locked' | 'suite' | 'hanging', folder = ''): unknown {
  const command = [
    'test/system/with-keychain.ts',
    process.execPath,
    'test/faults/keychain-subject.ts',
    fault,
    folder,
  ];
  const stdout = execFileSync(process.execPath, command, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(stdout);
}

test('a locked keychain answers null, which never makes a new key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-locked-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(underFault('locked', folder)).toEqual({
    opened: true,
    answered: null,
    unlock: { code: 'KEYCHAIN_UNAVAILABLE', data: { reason: 'no-key' } },
    keep: { code: 'KEYCHAIN_UNAVAILABLE', data: { reason: 'refused' } },
  });
  expect(readdirSync(folder).sort()).toEqual(['installation.json', 'keyring.enc']);
});

test('an installation whose keychain is locked does not open, and is as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-locked-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(underFault('suite', folder)).toEqual({
    refused: { code: 'KEYCHAIN_UNAVAILABLE', data: { reason: 'no-key' } },
    unchanged: true,
  });
});

test('a keychain that never answers is given up once, not asked again while it hangs, and asked again after', () => {
  const givenUp = { code: 'KEYCHAIN_UNAVAILABLE', data: { reason: 'no-answer' } };
  expect(underFault('hanging')).toEqual({
    answers: [givenUp, givenUp, givenUp],
    waitedOnce: true,
    again: 'done',
  });
});
