import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  commitsInBlock,
  neighboursOf,
  packCommits,
  timesOf,
  unpackCommits,
} from '../../../../main/backups/timeline/commit-blocks.ts';
import { bucketsOf, countCommits } from '../../../../main/backups/timeline/density.ts';
import { gapsBetween, isIn, recordedStretches } from '../../../../main/backups/timeline/reach.ts';

/** Commits whose numbers jump now and then, and whose times stand still or leap by years. */
const history = fc
  .array(
    fc.record({
      jump: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 500 })),
      step: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 ** 42 })),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let [seq, time] = [0, 1_700_000_000_000];
    return steps.map(({ jump, step }): [number, number] => {
      seq += jump;
      time += step;
      return [seq, time];
    });
  });

test('what is packed comes back', () => {
  fc.assert(
    fc.property(history, (commits) => {
      const back = packCommits(commits).flatMap(unpackCommits);
      expect(back.map(({ seq, time }) => [seq, time])).toEqual(commits);
    }),
  );
});

test('blocks are bounded, and cost about two bytes a commit', () => {
  const commits = Array.from({ length: 10_000 }, (_, at): [number, number] => [at + 1, at * 1037]);
  const blocks = packCommits(commits);
  expect(blocks.map(({ commits: each }) => each)).toEqual([commitsInBlock, commitsInBlock, 1808]);
  const bytes = blocks.reduce((sum, { steps }) => sum + steps.length, 0);
  expect(bytes).toBeLessThan(2 * commits.length);
  const [first] = blocks;
  expect(() => first && unpackCommits({ ...first, steps: first.steps.subarray(2) })).toThrow(RangeError);
});

test('neighbours are the last commit not later, and the first one later', () => {
  fc.assert(
    fc.property(
      history,
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: -2, max: 2 }),
      (commits, at, by) => {
        const moment = (commits[at]?.[1] ?? 1_700_000_000_000) + by;
        const { before, after } = neighboursOf(packCommits(commits), moment);
        expect(before?.seq).toBe(commits.findLast(([, time]) => time <= moment)?.[0]);
        expect(after?.seq).toBe(commits.find(([, time]) => time > moment)?.[0]);
      },
    ),
  );
});

test('buckets count exactly what can be had, whole blocks or not', () => {
  const stretches = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 90_000 })))
    .map((pairs) =>
      recordedStretches(
        pairs.map(([from, length]) => ({
          kind: 'incremental' as const,
          timeline: 'a',
          commitSeq: 1,
          baseTime: 1_700_000_000_000 + from,
          lastTime: 1_700_000_000_000 + from + length,
        })),
      ),
    );
  fc.assert(
    fc.property(history, stretches, fc.integer({ min: 1, max: 40 }), (commits, recorded, most) => {
      const [from, to] = [1_700_000_000_000, 1_700_000_300_000];
      const buckets = bucketsOf(from, to, most);
      expect(buckets.count).toBeLessThanOrEqual(most);
      const counted = countCommits(packCommits(commits), { buckets, recorded }, timesOf);
      const expected = counted.map(
        (_, at) =>
          commits.filter(
            ([, time]) => isIn(recorded, time) && Math.floor((time - from) / buckets.width) === at,
          ).length,
      );
      expect(counted).toEqual(expected);
    }),
  );
});

const full = (commitSeq: number, time: number, timeline = 'a') => ({
  kind: 'full' as const,
  timeline,
  commitSeq,
  baseTime: time,
  lastTime: time,
});
const log = (commitSeq: number, baseTime: number, lastTime: number, timeline = 'a') => ({
  kind: 'incremental' as const,
  timeline,
  commitSeq,
  baseTime,
  lastTime,
});

test('a log spans what lies between two states; without one the commits between them are lost', () => {
  const spanned = [full(1, 10), log(5, 10, 50), full(6, 60)];
  expect(gapsBetween(spanned, recordedStretches(spanned))).toEqual([]);
  const lost = [full(1, 10), log(5, 10, 50), full(9, 60)];
  expect(gapsBetween(lost, recordedStretches(lost))).toEqual([{ from: 50, to: 60, commits: 3 }]);
  const restored = [full(5, 50), full(3, 60, 'b')];
  expect(gapsBetween(restored, recordedStretches(restored))).toEqual([{ from: 50, to: 60, commits: null }]);
  expect(recordedStretches([log(5, 10, 50), log(9, 40, 70), log(20, 90, 95)])).toEqual([
    { from: 10, to: 70 },
    { from: 90, to: 95 },
  ]);
});
