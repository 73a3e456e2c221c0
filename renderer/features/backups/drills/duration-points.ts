import type { Drill } from '../../../../shared/contract/backups/drills.ts';

/** One drill that measured a restore. */
export interface Point {
  readonly id: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly bytes: number;
  /** From 0, the oldest, to 1, the newest. */
  readonly x: number;
  /** From 0, no time at all, to 1, the longest. */
  readonly y: number;
}

/** The drills that brought everything back, oldest first, placed in a plot of their durations over time. */
export function pointsOf(drills: readonly Drill[]): readonly Point[] {
  const measured = drills.flatMap(({ id, startedAt, outcome, durationMs, bytes }) =>
    outcome !== 'proven' || durationMs === null || bytes === null
      ? []
      : [{ id, startedAt, durationMs, bytes }],
  );
  const times = measured.map(({ startedAt }) => Date.parse(startedAt));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const longest = Math.max(1, ...measured.map(({ durationMs }) => durationMs));
  return measured
    .map((drill) => ({
      ...drill,
      x: last === first ? 0.5 : (Date.parse(drill.startedAt) - first) / (last - first),
      y: drill.durationMs / longest,
    }))
    .sort((left, right) => left.x - right.x);
}
