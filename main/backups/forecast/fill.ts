import { slopeOf } from './robust.ts';

/** What was stored on one day, less what was removed. `day`: whole days since 1970, UTC. */
export interface StoredDay {
  readonly day: number;
  readonly net: number;
}

/** So many days before today weigh in. */
export const windowDays = 30;
/** For less than that, nothing is forecast. */
export const leastDays = 7;

export interface Fill {
  /** Median growth, and between what 80 % of it lies; bytes a day. */
  readonly perDay: { readonly middle: number; readonly low: number; readonly high: number };
  /** Days until nothing is free; null: it does not grow. */
  readonly days: number | null;
  readonly earliest: number | null;
  readonly latest: number | null;
}

/** The days that weigh in, in order, those without a backup included: from the first on which anything was stored to yesterday. */
export function daysBefore(today: number, stored: readonly StoredDay[]): StoredDay[] {
  const nets = new Map(stored.map(({ day, net }) => [day, net]));
  const known = stored.filter(({ day }) => day < today && day >= today - windowDays).map(({ day }) => day);
  if (known.length === 0) return [];
  const first = Math.min(...known);
  return Array.from({ length: today - first }, (_, at) => ({
    day: first + at,
    net: nets.get(first + at) ?? 0,
  }));
}

/**
 * When `free` bytes are used up, from what was stored day by day (`daysBefore`). What the first day stored is in
 * every sum and says nothing of growth. Null for fewer than `leastDays`.
 */
export function forecastFill(days: readonly StoredDay[], free: number): Fill | null {
  if (days.length < leastDays) return null;
  let sum = 0;
  const grown = days.map(({ day, net }) => {
    sum += net;
    return { x: day, y: sum };
  });
  const perDay = slopeOf(grown);
  if (perDay === null) return null;
  const until = (growth: number) => (growth > 0 ? free / growth : null);
  return {
    perDay,
    days: until(perDay.middle),
    earliest: until(perDay.high),
    latest: until(perDay.low),
  };
}
