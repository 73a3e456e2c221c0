import { expect, test } from 'vitest';
import { pointsOf } from '../../../../../../renderer/features/backups/drills/duration-points.ts';
import type { Drill } from '../../../../../../shared/contract/backups/drills.ts';

const drill = (
  id: string,
  startedAt: string,
  durationMs: number | null,
  outcome: Drill['outcome'] = 'proven',
) => ({ id, startedAt, durationMs, outcome, bytes: outcome === 'proven' ? 10 : null }) as Drill;

test('what was proven, oldest first, by time and share of the longest', () => {
  const points = pointsOf([
    drill('new', '2026-03-01T00:00:00Z', 200),
    drill('failed', '2026-02-01T00:00:00Z', 900, 'failed'),
    drill('middle', '2026-01-30T12:00:00Z', 50),
    drill('old', '2026-01-01T00:00:00Z', 100),
  ]);
  expect(points.map(({ id, x, y }) => [id, x, y])).toEqual([
    ['old', 0, 0.5],
    ['middle', 0.5, 0.25],
    ['new', 1, 1],
  ]);
});

test('one alone stands in the middle, and none is no plot', () => {
  expect(pointsOf([drill('one', '2026-01-01T00:00:00Z', 0)])).toMatchObject([{ x: 0.5, y: 0 }]);
  expect(pointsOf([])).toEqual([]);
});
