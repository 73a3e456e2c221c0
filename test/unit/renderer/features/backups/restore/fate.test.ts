import { describe, expect, test } from 'vitest';
import {
  cancelMeaning,
  fateOf,
  stepToFix,
} from '../../../../../../renderer/features/backups/restore/fate.ts';
import { Failure } from '../../../../../../renderer/rpc/failure.ts';
import type { RestoreRecord } from '../../../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../../../shared/ids.ts';
import { replacingPhase } from '../../../../../../shared/restore-phases.ts';

const snapshot = 'a'.repeat(64);
const id = '018f0000-0000-7000-8000-000000000000' as Uuid;
const job = { createdAt: '2026-11-25T10:00:00.000Z', endedAt: '2026-11-25T10:05:00.000Z' };
const record = (changed: Partial<RestoreRecord>): RestoreRecord => ({
  restoreId: id,
  undoId: id,
  tenantId: id,
  snapshotId: snapshot,
  undoSnapshotId: 'b'.repeat(64),
  state: 'done',
  startedAt: '2026-11-25T10:04:00.000Z',
  endedAt: null,
  undoable: true,
  ...changed,
});

describe('what has become of the data when a restore ended without success', () => {
  test.each([
    ['no record: it never came to the commit', [], 'untouched'],
    ['its record was abandoned', [record({ state: 'abandoned' })], 'untouched'],
    ['the process was killed after the commit', [record({ state: 'done' })], 'replaced'],
    ['the end could not be written', [record({ state: 'replacing' })], 'unknown'],
    ['a record of another snapshot', [record({ snapshotId: 'c'.repeat(64) })], 'untouched'],
    ['a record of an earlier restore', [record({ startedAt: '2026-11-25T09:59:59.999Z' })], 'untouched'],
    ['a record of a later restore', [record({ startedAt: '2026-11-25T10:05:00.001Z' })], 'untouched'],
    ['the records cannot be read', undefined, 'unknown'],
  ] as const)('%s', (_, records, fate) => {
    expect(fateOf(job, 'in-place', snapshot, records)).toBe(fate);
  });

  test.each(['folder', 'tenant', 'parts'] as const)('a %s never touches it', (to) => {
    expect(fateOf(job, to, snapshot, undefined)).toBe('untouched');
  });
});

test.each([
  [{ phase: 'Rebuilding data', state: 'running' }, 'in-place', 'in-place'],
  [{ phase: 'Rebuilding data', state: 'running' }, 'folder', 'folder'],
  [{ phase: 'Rebuilding data', state: 'running' }, 'tenant', 'tenant'],
  [{ phase: 'Rebuilding data', state: 'cancelling' }, 'in-place', 'stopping'],
  [{ phase: replacingPhase, state: 'running' }, 'in-place', 'too-late'],
  [{ phase: replacingPhase, state: 'cancelling' }, 'in-place', 'too-late'],
] as const)('cancelling at %j of a restore to %s means %s', (at, to, meaning) => {
  expect(cancelMeaning(at, to)).toBe(meaning);
});

test.each([
  [new Failure('STORAGE_FULL', { where: 'destination' }), 'where'],
  [new Failure('IO', { where: 'destination', errno: 'EIO' }), 'where'],
  [new Failure('CONFLICT', { reason: 'destination-not-empty' }), 'where'],
  [new Failure('CONFLICT', { reason: 'slug-taken' }), 'where'],
  [new Failure('QUOTA_EXCEEDED', { quota: 'storageBytes' }), 'where'],
  [new Failure('INTEGRITY', { problems: [] }), 'when'],
  [new Failure('NOT_FOUND', {}), 'when'],
  [new Failure('LOCKED', {}), 'summary'],
  [{ code: 'CANCELLED', message: '', data: {} }, 'summary'],
  [null, 'summary'],
] as const)('%o is put right at step %s', (error, step) => {
  expect(stepToFix(error)).toBe(step);
});
