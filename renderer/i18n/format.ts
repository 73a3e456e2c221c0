import { t } from './translate.ts';

export type Zone = 'utc' | 'local';

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-11-25 20:57:03`, in UTC or in this machine's zone. */
export function formatTime(rfc3339: string, zone: Zone): string {
  const time = new Date(rfc3339);
  const parts =
    zone === 'utc'
      ? [
          time.getUTCFullYear(),
          time.getUTCMonth(),
          time.getUTCDate(),
          time.getUTCHours(),
          time.getUTCMinutes(),
          time.getUTCSeconds(),
        ]
      : [
          time.getFullYear(),
          time.getMonth(),
          time.getDate(),
          time.getHours(),
          time.getMinutes(),
          time.getSeconds(),
        ];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return `${year}-${two(month + 1)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** The same to the millisecond: commits are that close. */
export function formatMoment(rfc3339: string, zone: Zone): string {
  const milliseconds = String(new Date(rfc3339).getUTCMilliseconds()).padStart(3, '0');
  return `${formatTime(rfc3339, zone)}.${milliseconds}`;
}

const steps = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

/** `3 hours ago`, `in 2 days`, `just now`. `now` in epoch milliseconds. */
export function formatAgo(rfc3339: string, now: number): string {
  const difference = Date.parse(rfc3339) - now;
  for (const [unit, length] of steps) {
    if (Math.abs(difference) >= length) return relative.format(Math.trunc(difference / length), unit);
  }
  return t('common.justNow');
}

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Powers of ten, as docs/formats has them: `17.3 KB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits })} ${units[unit]}`;
}

const counts = new Intl.NumberFormat('en');
export const formatCount = (count: number): string => counts.format(count);

/** `350 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
