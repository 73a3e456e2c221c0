import { z } from 'zod';
import type { AuditRecord } from '../record.ts';
import { longestSilenceMs } from '../verify/silence.ts';
import type { Anomaly } from './anomalies/contribution.ts';
import { rulesFor, subjectOf } from './match.ts';
import { OpenIntents, openIntentsState } from './open-intents.ts';
import { type AlertRule, alertRule, alertRules } from './rules.ts';

/** A rule was met by these entries of one log. */
export interface Finding {
  readonly rule: AlertRule;
  /** What they were counted by, see `subjectOf`. */
  readonly subject: string;
  /** Indices, oldest first. */
  readonly entries: readonly number[];
  readonly last: AuditRecord;
  /** Where statistics found it. */
  readonly anomaly?: Anomaly;
}

const seenEntry = z.tuple([z.int(), z.number()]);
/** What is kept of entries that have raised nothing yet: index and time by rule and subject; of the last entry; and intents. */
const watchState = z.object({
  windows: z.array(z.tuple([z.string(), z.array(seenEntry)])),
  life: z
    .object({
      index: z.int(),
      boot: z.string(),
      mono: z.number(),
      beats: z.boolean(),
      suspended: z.boolean(),
    })
    .nullable(),
  /** What was read before anybody looked at these is not looked at again. */
  intents: openIntentsState.default([]),
});
type WatchState = z.infer<typeof watchState>;

/** So many subjects are counted at once; beyond it those that were quiet longest are let go. */
const mostWindows = 2_000;

/**
 * Goes through one log entry by entry. What it finds follows from the entries and `state` alone, so that going on from a
 * state that was kept finds the same as never having stopped.
 */
export class LogWatch {
  /** Of the next entry to be read. */
  index: number;
  /** Those whose outcome this log does not have. */
  readonly intents: OpenIntents;
  readonly #windows: Map<string, [number, number][]>;
  #life: WatchState['life'];

  /** `state`: JSON of what an earlier one kept. */
  constructor(index: number, state: string | undefined) {
    const kept = state === undefined ? undefined : watchState.parse(JSON.parse(state));
    this.index = index;
    this.#windows = new Map(kept?.windows);
    this.#life = kept?.life ?? null;
    this.intents = new OpenIntents(kept?.intents ?? []);
  }

  /** JSON, without what has left every window by `now`, epoch milliseconds. */
  state(now: number): string {
    const windowOf = new Map(alertRules.map(({ id, threshold }) => [String(id), threshold?.windowMs ?? 0]));
    const windows = [...this.#windows].filter(([key, seen]) => {
      const windowMs = windowOf.get(key.slice(0, key.indexOf(' '))) ?? 0;
      return (seen.at(-1)?.[1] ?? 0) > now - windowMs;
    });
    return JSON.stringify({ windows, life: this.#life, intents: this.intents.state } satisfies WatchState);
  }

  read(record: AuditRecord): Finding[] {
    const findings = rulesFor(record).flatMap((rule) => this.#counted(rule, record) ?? []);
    const silence = this.#silence(record);
    this.intents.read(record);
    this.index = record.i + 1;
    return silence === undefined ? findings : [...findings, silence];
  }

  #counted(rule: AlertRule, record: AuditRecord): Finding | undefined {
    const subject = subjectOf(rule, record);
    const { threshold } = rule;
    if (threshold === undefined) return { rule, subject, entries: [record.i], last: record };
    const key = `${rule.id} ${subject}`;
    const seen = (this.#windows.get(key) ?? []).filter(([, time]) => time > record.t - threshold.windowMs);
    seen.push([record.i, record.t]);
    // the newest comes last in the map
    this.#windows.delete(key);
    if (seen.length >= threshold.count)
      return { rule, subject, entries: seen.map(([index]) => index), last: record };
    this.#windows.set(key, seen);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > mostWindows && oldest !== undefined) this.#windows.delete(oldest);
    return undefined;
  }

  /** The installation's log alone has heartbeats. */
  #silence(record: AuditRecord): Finding | undefined {
    const last = this.#life;
    const same = last?.boot === record.boot ? last : undefined;
    const act = record.who.k === 'system' ? record.act : '';
    const { i: index, boot, mono } = record;
    const beats = same?.beats === true || act === 'log.heartbeat';
    const suspended = act === 'log.suspend' || (same?.suspended === true && act !== 'log.resume');
    this.#life = beats ? { index, boot, mono, beats, suspended } : null;
    if (same === undefined || same.suspended || (mono - same.mono) / 1000 <= longestSilenceMs)
      return undefined;
    return { rule: alertRule('log-silent'), subject: '', entries: [same.index, index], last: record };
  }
}
