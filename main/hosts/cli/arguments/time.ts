import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { toRfc3339 } from '../../../../shared/clock.ts';
import { durationPattern, toMilliseconds } from './duration.ts';

const absolute = z.iso.datetime({ offset: true });
const relative = new RegExp(`^-(${durationPattern.source})$`);

/**
 * A time as RFC 3339 with an offset, or relative to now (`-2h`, `-3d`, `now`); answers RFC 3339 in UTC with
 * milliseconds. InvalidArgumentError otherwise.
 */
export function parseTime(text: string, now: number): string {
  if (text === 'now') return toRfc3339(now);
  const back = relative.exec(text)?.[1];
  if (back !== undefined) {
    const time = now - toMilliseconds(back);
    if (time >= 0) return toRfc3339(time);
  }
  if (absolute.safeParse(text).success) return new Date(text).toISOString();
  throw new InvalidArgumentError('A time is RFC 3339 (2026-09-30T12:00:00Z) or relative (-2h, -3d).');
}
