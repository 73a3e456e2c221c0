import { expect, test } from 'vitest';
import { resultSentences } from '../../../../../renderer/features/jobs/result-sentences.ts';
import type { Job } from '../../../../../shared/contract/suite.ts';

test('a backup: how many, how much, how long', () => {
  const snapshots = [
    { bytesAdded: 1_200, durationMs: 1_500 },
    { bytesAdded: 800, durationMs: 500 },
  ];
  expect(resultSentences({ kind: 'backup.create', result: { snapshots } })).toEqual([
    '2 backups were made: 2 KB added, in 2.0 s.',
  ]);
});

test('a verification says what it found, not only that it ended', () => {
  const found = { level: 4, snapshots: ['a'], ok: true, problems: [] };
  expect(resultSentences({ kind: 'backup.verify', result: found })).toEqual([
    '1 backup passed verification level 4.',
  ]);
  const problems = [{ snapshotId: null, reason: 'pack 12 is damaged' }];
  expect(resultSentences({ kind: 'backup.verify', result: { ...found, ok: false, problems } })).toEqual([
    expect.stringContaining('1 problem was found'),
    'Problem: pack 12 is damaged',
  ]);
});

test('an import: taken, left out, and the first five lines that were', () => {
  const failed = Array.from({ length: 7 }, (_, at) => ({ line: at + 1, reason: 'not JSON' }));
  expect(resultSentences({ kind: 'data.import', result: { imported: 1_000, skipped: 7, failed } })).toEqual([
    '1,000 documents were imported.',
    '7 damaged lines were left out.',
    'Line 1: not JSON',
    'Line 2: not JSON',
    'Line 3: not JSON',
    'Line 4: not JSON',
    'Line 5: not JSON',
    '2 more problems',
  ]);
});

test('each verdict on the log reads differently', () => {
  const logs = [{ size: 40 }, { size: 2 }];
  const say = (verdict: string, problems: unknown[] = []) =>
    resultSentences({
      kind: 'audit.verify',
      result: { verdict, logs, horizon: { note: 'No local anchor.' }, problems: problems as never },
    });
  expect(say('verified')).toEqual([
    'Nothing was changed: 42 entries agree with their signed heads.',
    'No local anchor.',
  ]);
  expect(say('tampered', [{ reason: 'leaf 7 differs' }])).toEqual([
    expect.stringContaining('changed or set back'),
    'Problem: leaf 7 differs',
  ]);
  expect(say('incomplete')).toEqual([expect.stringContaining('Not everything could be read')]);
});

test('a restore says where the data are, or that it can be taken back', () => {
  const result = { rows: 12, files: 3, bytes: 5_000, verifiedLevel: 4, durationMs: 900 };
  expect(
    resultSentences({ kind: 'backup.restore', result: { ...result, folder: '/mnt/x', undoId: null } }),
  ).toEqual(['12 rows and 3 files are back, 5 KB, checked at level 4, in 900 ms.', 'They are in /mnt/x.']);
  expect(
    resultSentences({ kind: 'backup.restore', result: { ...result, folder: null, undoId: 'u' } }),
  ).toEqual([expect.any(String), 'It can be taken back: see Backups, Restores.']);
});

test('nothing is said of a kind that is not known, or without a result', () => {
  expect(resultSentences({ kind: 'some.thing', result: { ok: true } })).toEqual([]);
  expect(resultSentences({ kind: 'backup.create', result: null })).toEqual([]);
});

test('a synchronisation says what it swept, where it swept anything', () => {
  const done = { files: 3, bytes: 1_000, removed: 1 };
  const told = (result: Job['result']) => resultSentences({ kind: 'backup.target.sync', result });
  expect(told(done)).toEqual(['3 files copied, 1 KB; 1 removed.']);
  expect(told({ ...done, leftovers: { files: 0, bytes: 0 } })).toEqual(told(done));
  expect(told({ ...done, leftovers: { files: 2, bytes: 4_096 } })).toEqual([
    ...told(done),
    '2 leftovers of writes that were cut off were removed too, 4.1 KB.',
  ]);
});

test('a move of the first target says where backups go now, and what stays', () => {
  const result = { from: '/srv/data', to: '/mnt/backups', repositories: 2, files: 12, bytes: 5_000 };
  expect(resultSentences({ kind: 'backup.target.move', result })).toEqual([
    'Backups go to /mnt/backups now. 12 files copied, 5 KB.',
    'What lies in /srv/data was left as it is.',
  ]);
});
