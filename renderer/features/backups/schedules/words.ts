import type {
  BackupSchedule,
  ScheduledRun,
  ScheduleSetting,
  ScheduleTimes,
} from '../../../../shared/contract/backups/schedules.ts';
import { t } from '../../../i18n/translate.ts';
import { shellWord } from '../../../ui/command-line.tsx';

const codes = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const weekdayKeys = ['1', '2', '3', '4', '5', '6', '7'] as const;

/** Weekdays from 1, Monday. */
function weekdaysText(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return t('schedules.everyDay');
  return weekdayKeys
    .filter((key) => weekdays.includes(Number(key)))
    .map((key) => t(`schedules.days.${key}`))
    .join(' ');
}

export function timesText(times: ScheduleTimes, every: BackupSchedule['every']): string {
  if (times.kind === 'tier') return t(`words.every.${every}`);
  if (times.kind === 'cron') return t('schedules.times.cron', { expression: times.expression });
  if (times.kind === 'at') {
    return t('schedules.times.at', { times: times.times.join(', '), days: weekdaysText(times.weekdays) });
  }
  const hours = times.minutes / 60;
  return Number.isInteger(hours)
    ? t('schedules.times.everyHours', { count: hours })
    : t('schedules.times.every', { count: times.minutes });
}

/** What clocks, windows and pauses do to a run; empty where they do nothing. */
export function runNotes({ effect, wall, shows, waited }: ScheduledRun): string[] {
  const date = shows.slice(0, 10);
  const clock = { wall: wall?.slice(11) ?? '', date, shows: shows.slice(11) };
  return [
    ...(effect === 'none' ? [] : [t(`schedules.preview.${effect}`, clock)]),
    ...(waited === null ? [] : [t(`schedules.preview.${waited.for}`, { since: waited.since.slice(0, 16) })]),
  ];
}

/** The options of the command line that set the same. */
export function settingOptions({ times, timeZone, missed, overlap, blackouts }: ScheduleSetting): string {
  const windows = blackouts.map(({ weekdays, from, to }) =>
    shellWord(`${daysOption(weekdays)} ${from}-${to}`),
  );
  return [
    timesOption(times),
    `--zone ${timeZone} --missed ${missed} --overlap ${overlap}`,
    windows.length === 0 ? '--no-blackout' : `--blackout ${windows.join(' ')}`,
  ].join(' ');
}

function timesOption(times: ScheduleTimes): string {
  if (times.kind === 'tier') return '--tier-times';
  if (times.kind === 'every') return `--every ${times.minutes}m`;
  if (times.kind === 'cron') return `--cron ${shellWord(times.expression)}`;
  return `--at ${times.times.join(',')} --on ${daysOption(times.weekdays)}`;
}

function daysOption(weekdays: readonly number[]): string {
  return weekdays.length === 7 ? 'mon-sun' : weekdays.map((day) => codes[day - 1] ?? '').join(',');
}
