import { expect, test } from 'vitest';
import {
  newestNotLaterThan,
  snapshotIdIn,
} from '../../../../../../renderer/features/backups/restore/find-snapshot.ts';
import type { Snapshot } from '../../../../../../shared/contract/backups.ts';

const snapshot = (id: string, time: string): Snapshot => ({
  id,
  tenantId: null,
  time,
  kind: 'full',
  repository: '',
  bytesAdded: 0,
  durationMs: 0,
  verified: null,
  targetId: null,
  safety: false,
});
const pages = [
  [snapshot('d', '2026-11-25T12:00:00.000Z'), snapshot('c', '2026-11-24T12:00:00.000Z')],
  [snapshot('b', '2026-11-23T12:00:00.000Z'), snapshot('a', '2026-11-22T12:00:00.000Z')],
];
const page = async (cursor: string | undefined) => {
  const at = Number(cursor ?? 0);
  return { items: pages[at] ?? [], next: at + 1 < pages.length ? String(at + 1) : null };
};

test.each([
  ['2030-01-01T00:00:00.000Z', 'd'],
  ['2026-11-24T12:00:00.000Z', 'c'],
  ['2026-11-24T11:59:59.999Z', 'b'],
  ['2026-11-22T13:00:00.000+01:00', 'a'],
  ['2026-11-22T11:59:59.999Z', undefined],
])('not later than %s: %s', async (at, id) => {
  expect((await newestNotLaterThan(at, page))?.id).toBe(id);
});

test.each([
  ['  6D22B17D ', '6d22b17d'],
  ['0'.repeat(64), '0'.repeat(64)],
  ['6d22b17', undefined],
  ['0'.repeat(65), undefined],
  ['6d22b17g', undefined],
])('of %j the id %j is asked for', (typed, id) => {
  expect(snapshotIdIn(typed)).toBe(id);
});
