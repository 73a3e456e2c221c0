import type {
  Blackout,
  ScheduleSetting,
  ScheduleTimes,
} from '../../../../shared/contract/backups/schedules.ts';
import { isReason } from '../../../ui/is-reason.ts';

/** A window as its fields say it. */
export type WindowDraft = Blackout & { readonly key: number };

/** What stands in the fields. */
export interface Draft {
  readonly kind: ScheduleTimes['kind'];
  readonly minutes: string;
  readonly times: string;
  readonly weekdays: readonly number[];
  readonly expression: string;
  readonly timeZone: string;
  readonly missed: ScheduleSetting['missed'];
  readonly overlap: ScheduleSetting['overlap'];
  readonly windows: readonly WindowDraft[];
  readonly paused: boolean;
  readonly pauseUntil: string | undefined;
  readonly pauseReason: string;
}

export const everyDay = [1, 2, 3, 4, 5, 6, 7];

const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const [leastMinutes, mostMinutes] = [15, 527_040];

export function draftOf({ times, blackouts, paused, ...rest }: ScheduleSetting): Draft {
  return {
    kind: times.kind,
    minutes: times.kind === 'every' ? String(times.minutes) : '1440',
    times: times.kind === 'at' ? times.times.join(', ') : '02:30',
    weekdays: times.kind === 'at' ? times.weekdays : everyDay,
    expression: times.kind === 'cron' ? times.expression : '30 2 * * *',
    timeZone: rest.timeZone,
    missed: rest.missed,
    overlap: rest.overlap,
    windows: blackouts.map((window, key) => ({ ...window, key })),
    paused: paused !== null,
    pauseUntil: paused?.until,
    pauseReason: paused?.reason ?? '',
  };
}

export function minutesIn({ minutes }: Draft): number | undefined {
  if (!/^\d{1,6}$/.test(minutes.trim())) return undefined;
  const value = Number(minutes);
  return value >= leastMinutes && value <= mostMinutes ? value : undefined;
}

export function timesIn({ times }: Draft): string[] | undefined {
  const found = times.split(',').map((text) => text.trim());
  return found.every((text) => clockTime.test(text)) && new Set(found).size === found.length
    ? found
    : undefined;
}

export function isWindow({ weekdays, from, to }: Blackout): boolean {
  return weekdays.length > 0 && clockTime.test(from) && (clockTime.test(to) || to === '24:00');
}

/** The setting that the fields say; undefined while one of them says none. */
export function settingIn(draft: Draft): ScheduleSetting | undefined {
  const { timeZone, missed, overlap, windows, paused, pauseUntil, pauseReason } = draft;
  const times = scheduleTimesIn(draft);
  const pauseWrong = paused && (pauseUntil === undefined || !isReason(pauseReason));
  if (times === undefined || pauseWrong || !windows.every(isWindow)) return undefined;
  return {
    times,
    timeZone,
    missed,
    overlap,
    blackouts: windows.map(({ weekdays, from, to }) => ({ weekdays, from, to })),
    paused: paused && pauseUntil !== undefined ? { reason: pauseReason.trim(), until: pauseUntil } : null,
  };
}

function scheduleTimesIn(draft: Draft): ScheduleTimes | undefined {
  const { kind, weekdays, expression } = draft;
  if (kind === 'tier') return { kind };
  if (kind === 'every') {
    const minutes = minutesIn(draft);
    return minutes === undefined ? undefined : { kind, minutes };
  }
  if (kind === 'at') {
    const times = timesIn(draft);
    return times === undefined || weekdays.length === 0
      ? undefined
      : { kind, times, weekdays: [...weekdays] };
  }
  return expression.trim().length < 9 ? undefined : { kind, expression: expression.trim() };
}
