import { expect, test } from 'vitest';
import { WantedBases } from '../../../main/schedule/wanted-bases.ts';

const minute = 60_000;

test('each doubt wants one base: a minute later, and the later the more often there is one', () => {
  const bases = new WantedBases(() => 0.5);
  const wanted = (lastRun: number) => bases.times(new Map([['a', lastRun]])).get('a');
  expect(wanted(0)).toBeUndefined();
  bases.doubted('a', 1000);
  expect(wanted(999)).toBe(1000 + minute);
  expect(wanted(2000)).toBeUndefined();
  bases.doubted('a', 3000);
  expect(wanted(2000)).toBe(3000 + 5 * minute);
  bases.doubted('a', 3000 + 2 * 86_400_000);
  expect(wanted(4000)).toBe(3000 + 2 * 86_400_000 + minute);
});
