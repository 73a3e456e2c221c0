import { beforeEach, expect, test } from 'vitest';
import { IdleWatch, idleTimes } from '../../../../../renderer/app/lock/idle-watch.ts';

const minute = 60_000;
let now = 0;
let watch: IdleWatch;

beforeEach(() => {
  now = 1_000_000;
  watch = new IdleWatch(() => now, idleTimes);
});

test('warns a minute before 15 minutes have passed, and is idle from then on', () => {
  now += 14 * minute - 1;
  expect(watch.look()).toEqual({ state: 'active' });
  now += 1;
  expect(watch.look()).toEqual({ state: 'warned', leftMs: minute });
  now += minute - 1;
  expect(watch.look()).toEqual({ state: 'warned', leftMs: 1 });
  now += 1;
  expect(watch.look()).toEqual({ state: 'idle' });
});

test('a touch begins the time anew, also during the warning', () => {
  now += 14 * minute + 30_000;
  watch.touch();
  expect(watch.look()).toEqual({ state: 'active' });
  now += 14 * minute;
  expect(watch.look().state).toBe('warned');
});

test('a touch after the time has passed does not keep the console open: a machine that slept is locked', () => {
  now += 8 * 60 * minute;
  watch.touch();
  expect(watch.look()).toEqual({ state: 'idle' });
});

test('another tab that was touched keeps this one open, but not from the future and not once idle', () => {
  now += 10 * minute;
  watch.touchedElsewhere(now - minute);
  now += 13 * minute - 1;
  expect(watch.look()).toEqual({ state: 'active' });
  watch.touchedElsewhere(now + 60 * minute);
  now += 2 * minute + 1;
  expect(watch.look()).toEqual({ state: 'idle' });
  watch.touchedElsewhere(now);
  expect(watch.look()).toEqual({ state: 'idle' });
});

test('a word of another tab that is older than the last touch here changes nothing', () => {
  now += 5 * minute;
  watch.touch();
  watch.touchedElsewhere(now - 4 * minute);
  now += 14 * minute - 1;
  expect(watch.look()).toEqual({ state: 'active' });
});

test('a clock that is set back makes nobody idle', () => {
  now -= 60 * minute;
  expect(watch.look()).toEqual({ state: 'active' });
  now += 15 * minute;
  expect(watch.look()).toEqual({ state: 'idle' });
});
