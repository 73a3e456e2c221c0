import type { ZoneOffset } from '../../shared/zone-offset.ts';

const dayMs = 86_400_000;

/**
 * Where a time on the wall lies. `missing`: clocks jumped over it, and `at` is the moment at which they did. `twice`:
 * they were set back, and `again` is when it comes for the second time. Epoch milliseconds.
 */
export type Moment =
  | { readonly kind: 'once'; readonly at: number }
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'twice'; readonly at: number; readonly again: number };

/** What a clock on the wall shows, written as the milliseconds at which UTC shows the same. */
export function wallAt(time: number, offset: ZoneOffset): number {
  return time + offset(time);
}

/** The moment at which a clock on the wall shows what `wallAt` answers. At most one change of clocks in two days. */
export function momentOf(wall: number, offset: ZoneOffset): Moment {
  const offsets = [offset(wall - dayMs), offset(wall + dayMs)] as const;
  const [first, second] = [...new Set(offsets)]
    .map((ahead) => wall - ahead)
    .filter((time) => wallAt(time, offset) === wall)
    .sort((a, b) => a - b);
  if (first === undefined) return { kind: 'missing', at: jumpIn(wall, offsets, offset) };
  return second === undefined ? { kind: 'once', at: first } : { kind: 'twice', at: first, again: second };
}

/** When clocks jump from one offset to a larger one, over a time on the wall. */
function jumpIn(wall: number, [before, after]: readonly [number, number], offset: ZoneOffset): number {
  let low = wall - after;
  let high = wall - before;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === after) high = middle;
    else low = middle;
  }
  return high;
}
