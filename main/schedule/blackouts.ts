import type { Blackout } from '../../shared/contract/backups/schedules.ts';
import type { ZoneOffset } from '../../shared/zone-offset.ts';
import { momentOf, wallAt } from './wall-clock.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const weekMinutes = 7 * 24 * 60;

/** Minutes since midnight of a text such as `02:30`; `24:00` is the end of the day. */
export function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/**
 * When the windows that a time (epoch milliseconds) lies in are over, window after window; the same time where it lies in
 * none. One whose end is not after its beginning goes on into the next day. Undefined: they leave no time at all.
 */
export function afterBlackouts(
  blackouts: readonly Blackout[],
  offset: ZoneOffset,
  time: number,
): number | undefined {
  let clear = time;
  for (let hops = 0; hops <= 7 * blackouts.length + 1; hops += 1) {
    const wall = wallAt(clear, offset);
    const ends = blackouts.flatMap((blackout) => endsAround(blackout, wall));
    if (ends.length === 0) return clear;
    clear = Math.max(clear + 1, momentOf(Math.max(...ends), offset).at);
  }
  return undefined;
}

/** Whether the windows of a week leave a minute. */
export function leaveTime(blackouts: readonly Blackout[]): boolean {
  const taken = new Uint8Array(weekMinutes);
  for (const { weekdays, from, to } of blackouts) {
    for (const weekday of weekdays) {
      const begin = (weekday - 1) * 24 * 60 + minuteOfDay(from);
      for (let minute = 0; minute < lengthOf(from, to); minute += 1)
        taken[(begin + minute) % weekMinutes] = 1;
    }
  }
  return taken.includes(0);
}

/** The ends of a window, on the wall, that began today or yesterday and lie after a time on the wall. */
function endsAround({ weekdays, from, to }: Blackout, wall: number): number[] {
  const today = Math.floor(wall / dayMs);
  return [today - 1, today].flatMap((day) => {
    const weekday = ((((day + 3) % 7) + 7) % 7) + 1; // 1 January 1970 was a Thursday, 1 is Monday
    if (!weekdays.includes(weekday)) return [];
    const begin = day * dayMs + minuteOfDay(from) * minuteMs;
    const end = begin + lengthOf(from, to) * minuteMs;
    return wall >= begin && wall < end ? [end] : [];
  });
}

function lengthOf(from: string, to: string): number {
  const minutes = minuteOfDay(to) - minuteOfDay(from);
  return minutes > 0 ? minutes : minutes + 24 * 60;
}
