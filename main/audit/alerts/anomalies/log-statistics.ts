import { baselineDays, learningDays, learningEntries } from '../../../../shared/anomalies.ts';
import { Baseline } from './baseline.ts';
import type { Anomaly, Contribution } from './contribution.ts';
import { contributionsOfActor, contributionsOfLog } from './contributions.ts';
import { type CountedEntry, dayOf } from './counted-entry.ts';
import { DayCounts } from './day-counts.ts';
import { rounded } from './scores.ts';

/** Whose days are kept: an actor's, or with this one those of the whole log. */
export const wholeLog = '';

/** Bits from which on it is told, by measurement: test/unit/audit/anomalies and decision 50 have the figures. */
export const needed = { actor: 8.5, log: 8 } as const;
/** By so much something has to get stranger to be told again on the same day. */
const stranger = 4;
/** Actors of one day and log whose days are kept; and who are held in memory. */
const mostActors = 1_000;
const mostHeld = 250;
/** Keeps the days of one log. */
export interface DayRows {
  /** With both ends. */
  read(subject: string, first: number, last: number): ReadonlyMap<number, DayCounts>;
}

export interface UnusualFinding {
  readonly subject: string;
  readonly anomaly: Anomaly;
  /** Indices, oldest first. */
  readonly entries: readonly number[];
}

interface Subject {
  readonly before: Baseline;
  readonly today: DayCounts;
  /** Of an actor beyond the most of a day nothing is kept. */
  readonly kept: boolean;
}

/**
 * Goes through one log entry by entry, and says what is unusual for an actor or for the log, against the days before. What it says
 * follows from the entries alone.
 */
export class LogStatistics {
  readonly #rows: DayRows;
  readonly #only: string | undefined;
  readonly #held = new Map<string, Subject>();
  #changed = new Map<string, Map<number, DayCounts>>();
  #day = Number.NaN;

  /** `only`: one actor alone and the log are of interest. */
  constructor(rows: DayRows, only?: string) {
    this.#rows = rows;
    this.#only = only;
  }

  /** Counts an entry, and answers what it makes unusual enough to be told. */
  read(entry: CountedEntry): UnusualFinding[] {
    this.count(entry);
    const { before } = this.#subject(wholeLog, entry);
    if (!isMature(before)) return [];
    return [
      ...this.#told(entry.actor, needed.actor, this.actorContributions(entry), entry),
      ...this.#told(wholeLog, needed.log, this.logContributions(entry), entry),
    ];
  }

  count(entry: CountedEntry): void {
    const day = dayOf(entry.hour);
    if (day !== this.#day) this.#held.clear();
    this.#day = day;
    const { today } = this.#subject(wholeLog, entry);
    const { actor: name } = entry;
    if (this.#only === undefined || this.#only === name) {
      const actor = this.#subject(name, entry, today);
      if (actor.kept) {
        actor.today.add(entry, false);
        this.#note(name, actor.today);
      }
    }
    today.add(entry, true);
    this.#note(wholeLog, today);
  }

  actorContributions(entry: CountedEntry): Contribution[] {
    const { actor, hour, isOperator } = entry;
    const { before, today, kept } = this.#subject(actor, entry);
    if (!kept) return [];
    const log = this.#subject(wholeLog, entry).before;
    return contributionsOfActor({ before, today, hour }, log, { name: actor, isOperator });
  }

  logContributions(entry: CountedEntry): Contribution[] {
    const { before, today } = this.#subject(wholeLog, entry);
    return contributionsOfLog({ before, today, hour: entry.hour });
  }

  /** Days that were changed since the last time, by subject. */
  get changed(): ReadonlyMap<string, ReadonlyMap<number, DayCounts>> {
    return this.#changed;
  }

  /** What was changed is kept now. */
  saved(): void {
    this.#changed = new Map();
  }

  /** Lets go of what can be read again. */
  shrink(): void {
    this.#held.clear();
  }

  #told(
    subject: string,
    least: number,
    contributions: readonly Contribution[],
    entry: CountedEntry,
  ): UnusualFinding[] {
    const { today } = this.#subject(subject, entry);
    const score = scoreOf(contributions);
    if (score < least || (today.raised > 0 && score < today.raised + stranger)) return [];
    today.raised = score;
    const { entries, failures } = today.recent;
    const indices = new Set([
      ...contributions.map(({ entry: index }) => index),
      ...(contributions.some(({ kind }) => kind === 'volume') ? entries : []),
      ...(contributions.some(({ kind }) => kind === 'failures') ? failures : []),
      entry.index,
    ]);
    const anomaly = this.#anomaly(subject, least, contributions, entry);
    return [{ subject, anomaly, entries: [...indices].sort((a, b) => a - b) }];
  }

  /** What the days before are of somebody, as a finding lists it. */
  #anomaly(
    subject: string,
    least: number,
    contributions: readonly Contribution[],
    entry: CountedEntry,
  ): Anomaly {
    const log = this.#subject(wholeLog, entry);
    const { before } = this.#subject(subject, entry);
    return {
      score: scoreOf(contributions),
      needed: least,
      day: this.#day,
      from: log.before.from ?? log.today.from,
      to: entry.index,
      days: before.days.length,
      entries: before.entries,
      contributions: [...contributions],
    };
  }

  #subject(subject: string, entry: CountedEntry, log?: DayCounts): Subject {
    const held = this.#held.get(subject);
    if (held !== undefined) return held;
    const days = new Map(this.#rows.read(subject, this.#day - baselineDays, this.#day));
    for (const [day, counts] of this.#changed.get(subject) ?? []) days.set(day, counts);
    const known = days.get(this.#day);
    let kept = true;
    if (known === undefined && log !== undefined) {
      kept = log.actors < mostActors;
      if (kept) log.actors += 1;
      else log.full.add('actor');
    }
    const loaded = {
      before: new Baseline(this.#day, days),
      today: known ?? new DayCounts(entry.index),
      kept,
    };
    this.#held.set(subject, loaded);
    if (this.#held.size > mostHeld) {
      const oldest = [...this.#held.keys()].find((key) => key !== wholeLog && key !== subject);
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    return loaded;
  }

  #note(subject: string, counts: DayCounts): void {
    const days = this.#changed.get(subject) ?? new Map<number, DayCounts>();
    days.set(this.#day, counts);
    this.#changed.set(subject, days);
  }
}

/** Whether there is enough to compare with, and nobody was left out. */
function isMature({ age, entries, full }: Baseline): boolean {
  return age >= learningDays && entries >= learningEntries && !full.has('actor');
}

const scoreOf = (contributions: readonly Contribution[]): number =>
  rounded(contributions.reduce((sum, { score }) => sum + score, 0));
