import type { Blackout } from '../../../../shared/contract/backups/schedules.ts';
import { usage } from '../failure.ts';

const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const hint = 'Days are named mon, tue, wed, thu, fri, sat, sun, as a list or a range: mon-fri, sat,sun.';

/** Weekdays from 1, Monday, such as `mon-fri,sun`. Throws wrong usage. */
export function parseWeekdays(text: string): number[] {
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [first = '', last = first, ...rest] = part.split('-');
    const [from, to] = [names.indexOf(first), names.indexOf(last)];
    if (from === -1 || to === -1 || rest.length > 0) throw usage(hint);
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day + 1);
      if (day === to) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** A window such as `mon-fri 08:00-18:00`. Throws wrong usage. */
export function parseBlackout(text: string): Blackout {
  const [, days = '', from = '', to = ''] = /^(\S+) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(text.trim()) ?? [];
  if (from === '') throw usage('A window is days and times, such as "mon-fri 08:00-18:00".');
  return { weekdays: parseWeekdays(days), from, to };
}

/** The same in words. */
export function weekdaysText(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'every day';
  return weekdays.map((day) => names[day - 1] ?? '').join(',');
}
