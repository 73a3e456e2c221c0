import { HoldfastError } from '../../shared/errors.ts';

/** On which days, and at which minutes of them (0 to 1439), something is due by the clock on the wall. */
export interface WallTimes {
  /** Rising. */
  readonly minutes: readonly number[];
  /** `month` 1 to 12, `weekday` 0 to 6 from Sunday. */
  matchesDay(day: { readonly month: number; readonly day: number; readonly weekday: number }): boolean;
  /** In every hour: where an hour comes twice, so does this. */
  readonly everyHour: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** English, short; the first stands for `from`. */
  readonly words: readonly string[];
}

const fields = [
  { name: 'minute', from: 0, to: 59, words: [] },
  { name: 'hour', from: 0, to: 23, words: [] },
  { name: 'day of the month', from: 1, to: 31, words: [] },
  {
    name: 'month',
    from: 1,
    to: 12,
    words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'weekday', from: 0, to: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const satisfies readonly Field[];

/**
 * Reads a cron expression: minute, hour, day of the month, month, weekday; lists, ranges, steps, English names. As POSIX
 * crontab has it, a day that suits either of day and weekday is meant where both are given. Errors: VALIDATION.
 */
export function parseCron(expression: string): WallTimes {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== fields.length) {
    throw refused('A cron expression has five fields: minute, hour, day of the month, month, weekday.');
  }
  const [minutes, hours, days, months, weekdays] = fields.map((field, at) =>
    parseField(field, texts[at] ?? ''),
  );
  if (!(minutes && hours && days && months && weekdays)) throw refused('A field is missing.');
  const sundays = weekdays.has(7) ? new Set([...weekdays, 0]) : weekdays;
  const [, hourText, dayText = '', , weekdayText = ''] = texts;
  const either = !dayText.startsWith('*') && !weekdayText.startsWith('*');
  return {
    minutes: [...hours]
      .flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute))
      .sort((a, b) => a - b),
    matchesDay: ({ month, day, weekday }) => {
      if (!months.has(month)) return false;
      const [suits, suitsWeekday] = [days.has(day), sundays.has(weekday)];
      return either ? suits || suitsWeekday : suits && suitsWeekday;
    },
    everyHour: hourText === '*',
  };
}

function parseField(field: Field, text: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', stepText] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const step = stepText === undefined ? 1 : Number(stepText);
    const [fromText = '', toText, ...rest] = range.split('-');
    const all = range === '*';
    const from = all ? field.from : valueIn(field, fromText);
    const alone = toText === undefined && !all && stepText === undefined;
    const to = alone ? from : toText === undefined ? field.to : valueIn(field, toText);
    if (from === undefined || to === undefined || from > to || step === 0 || rest.length > 0) {
      throw refused(
        `"${part}" is no ${field.name}: ${field.from} to ${field.to}, a range, a list or a step.`,
      );
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

function valueIn({ from, to, words }: Field, text: string): number | undefined {
  const word = words.indexOf(text.toLowerCase());
  if (word !== -1) return word + from;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

function refused(message: string): HoldfastError {
  return new HoldfastError('VALIDATION', message, {
    issues: [{ path: 'setting.times.expression', reason: 'not-cron' }],
  });
}
