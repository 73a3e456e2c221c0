import { baselineDays } from '../../../../shared/anomalies.ts';
import { dayOf, hoursName } from './counted-entry.ts';
import { type DayCounts, type Feature, features } from './day-counts.ts';
import { type Spread, spreadOf } from './scores.ts';

const weekDays = 7;
const weeks = baselineDays / weekDays;
const hoursOfWeek = 168;

/** What is known of one value of a feature: how often in each week, the oldest first, and on which days. */
interface Known {
  readonly weekly: number[];
  readonly days: Set<number>;
}

/** The days before one day, as far back as is looked, of one actor in a log or of all of them. */
export class Baseline {
  readonly day: number;
  /** On which something was done. */
  readonly days: readonly number[];
  readonly values: Record<Feature, ReadonlyMap<string, Known>>;
  readonly entries: number;
  readonly failures: number;
  /** Index of the first entry; undefined where there is none. */
  readonly from: number | undefined;
  /** Of these some day left something out, so that what is not there may have been. */
  readonly full: ReadonlySet<Feature | 'actor'>;
  /** How many entries an hour had in which there were any. */
  readonly busyHours: Spread;
  /** How many of them failed. */
  readonly failedHours: Spread;
  readonly #hours = new Map<number, { readonly entries: number; readonly failures: number }>();
  readonly #names = new Set<string>();

  constructor(day: number, rows: ReadonlyMap<number, DayCounts>) {
    const before = [...rows].filter(([of]) => of >= day - baselineDays && of < day).sort(([a], [b]) => a - b);
    this.day = day;
    this.days = before.map(([of]) => of);
    this.from = before.reduce<number | undefined>(
      (least, [, { from }]) => Math.min(least ?? from, from),
      undefined,
    );
    this.full = new Set(before.flatMap(([, { full }]) => [...full]));
    const values: Record<Feature, Map<string, Known>> = {
      action: new Map(),
      resource: new Map(),
      source: new Map(),
      operator: new Map(),
    };
    for (const [of, counts] of before) {
      for (const [hour, counted] of counts.hours) {
        this.#hours.set(hour, counted);
        this.#names.add(hoursName(hour));
      }
      const week = weeks - Math.ceil((day - of) / weekDays);
      for (const feature of features) {
        for (const [value, { entries }] of counts.values[feature]) {
          const known = values[feature].get(value) ?? { weekly: Array(weeks).fill(0), days: new Set() };
          known.weekly[week] = (known.weekly[week] ?? 0) + entries;
          known.days.add(of);
          values[feature].set(value, known);
        }
      }
    }
    this.values = values;
    const hourly = [...this.#hours.values()];
    this.entries = hourly.reduce((sum, { entries }) => sum + entries, 0);
    this.failures = hourly.reduce((sum, { failures }) => sum + failures, 0);
    this.busyHours = spreadOf(hourly.map(({ entries }) => entries));
    this.failedHours = spreadOf(hourly.map(({ failures }) => failures));
  }

  /** Whole days since the first. */
  get age(): number {
    return this.day - (this.days[0] ?? this.day);
  }

  /** Of how many days the first is no news, and on how many of the others a value came that was not there before. */
  news(feature: Feature): { readonly days: number; readonly withNews: number } {
    const [begin] = this.days;
    const firstDays = [...this.values[feature].values()].map(({ days }) => Math.min(...days));
    const withNews = new Set(firstDays.filter((day) => day !== begin)).size;
    return { days: Math.max(0, this.days.length - 1), withNews };
  }

  /** On how many days there was anything within two hours of this time of day. */
  daysNear(hour: number): number {
    const near = new Set<number>();
    for (const earlier of this.#hours.keys()) {
      const apart = Math.abs(earlier - hour) % 24;
      if (Math.min(apart, 24 - apart) <= 2) near.add(dayOf(earlier));
    }
    return near.size;
  }

  hasHours(name: string): boolean {
    return this.#names.has(name);
  }

  hasSeen(feature: Feature, value: string): boolean {
    return this.values[feature].has(value);
  }

  countOf(feature: Feature, value: string): number {
    return this.weekly(feature, value).reduce((sum, entries) => sum + entries, 0);
  }

  /** In each week before, the oldest first. */
  weekly(feature: Feature, value: string): readonly number[] {
    return this.values[feature].get(value)?.weekly ?? Array<number>(weeks).fill(0);
  }

  /** Of this hour of the week in the weeks before, the oldest first; none before `since`, a day. */
  sameHour(hour: number, since: number, what: 'entries' | 'failures' = 'entries'): number[] {
    return Array.from({ length: weeks }, (_, at) => hour - (weeks - at) * hoursOfWeek)
      .filter((earlier) => dayOf(earlier) > since)
      .map((earlier) => this.#hours.get(earlier)?.[what] ?? 0);
  }

  /** In how many hours there was anything, and in how many at least so many failures. */
  hoursWithFailures(least: number): { readonly hours: number; readonly as: number } {
    let as = 0;
    for (const { failures } of this.#hours.values()) if (failures >= least) as += 1;
    return { hours: this.#hours.size, as };
  }
}
