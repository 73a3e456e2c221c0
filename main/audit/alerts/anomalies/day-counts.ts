import { z } from 'zod';
import type { CountedEntry } from './counted-entry.ts';

/** What is counted by value: actions, kinds of resource, sources; of a log its operators too. */
export const features = ['action', 'resource', 'source', 'operator'] as const;
export type Feature = (typeof features)[number];

/** Values of one feature that are told apart on a day; a day that has more is full of it. */
const mostValues = 128;
/** Indices that are kept of the hour under way. */
const mostRecent = 20;

const valueCounts = z.array(z.tuple([z.string(), z.int(), z.int()]));
const stored = z.object({
  from: z.int(),
  hours: z.array(z.tuple([z.int(), z.int(), z.int(), z.int()])),
  values: z.object({
    action: valueCounts,
    resource: valueCounts,
    source: valueCounts,
    operator: valueCounts,
  }),
  actors: z.int(),
  full: z.array(z.enum([...features, 'actor'])),
  recent: z.tuple([z.int(), z.array(z.int()), z.array(z.int())]),
  raised: z.number(),
});

/** How often, and the index of the first of that day. */
export interface Counted {
  entries: number;
  readonly first: number;
}

/** What one actor did on one day of a log (UTC), or all of them. */
export class DayCounts {
  /** Index of the first entry. */
  readonly from: number;
  /** By whole hours since 1970. */
  readonly hours = new Map<number, Counted & { failures: number }>();
  readonly values: Record<Feature, Map<string, Counted>> = {
    action: new Map(),
    resource: new Map(),
    source: new Map(),
    operator: new Map(),
  };
  /** Of a log: how many actors there were. */
  actors = 0;
  /** Of these something was left out for being too much. */
  readonly full = new Set<Feature | 'actor'>();
  /** Score of the strongest finding that was raised. */
  raised = 0;
  #recent: { hour: number; entries: number[]; failures: number[] } = { hour: 0, entries: [], failures: [] };

  constructor(from: number) {
    this.from = from;
  }

  static parse(json: string): DayCounts {
    const { from, hours, values, actors, full, recent, raised } = stored.parse(JSON.parse(json));
    const counts = new DayCounts(from);
    for (const [hour, entries, failures, first] of hours)
      counts.hours.set(hour, { entries, failures, first });
    for (const feature of features)
      for (const [value, entries, first] of values[feature])
        counts.values[feature].set(value, { entries, first });
    const [hour, newest, failed] = recent;
    counts.#recent = { hour, entries: newest, failures: failed };
    for (const each of full) counts.full.add(each);
    return Object.assign(counts, { actors, raised });
  }

  /** JSON that `parse` reads. */
  text(): string {
    const of = (feature: Feature) =>
      [...this.values[feature]].map(([value, { entries, first }]): [string, number, number] => [
        value,
        entries,
        first,
      ]);
    const { from, actors, full, raised } = this;
    const { hour, entries, failures } = this.#recent;
    return JSON.stringify({
      from,
      hours: [...this.hours].map(([at, counted]) => [at, counted.entries, counted.failures, counted.first]),
      values: {
        action: of('action'),
        resource: of('resource'),
        source: of('source'),
        operator: of('operator'),
      },
      actors,
      full: [...full],
      recent: [hour, entries, failures],
      raised,
    } satisfies z.input<typeof stored>);
  }

  /** `whole`: for the log itself, which keeps its operators and neither sources nor resources. */
  add(entry: CountedEntry, whole: boolean): void {
    const { hour, index, failed } = entry;
    const counted = this.hours.get(hour) ?? { entries: 0, failures: 0, first: index };
    counted.entries += 1;
    if (failed) counted.failures += 1;
    this.hours.set(hour, counted);
    this.#count('action', entry.action, index);
    if (whole) {
      if (entry.isOperator) this.#count('operator', entry.actor, index);
    } else {
      if (entry.resource !== undefined) this.#count('resource', entry.resource, index);
      if (entry.source !== undefined) this.#count('source', entry.source, index);
    }
    if (this.#recent.hour !== hour) this.#recent = { hour, entries: [], failures: [] };
    keepNewest(this.#recent.entries, index);
    if (failed) keepNewest(this.#recent.failures, index);
  }

  /** Indices of the newest entries of the hour that the newest entry is in, and of those that failed. */
  get recent(): { readonly entries: readonly number[]; readonly failures: readonly number[] } {
    return this.#recent;
  }

  #count(feature: Feature, value: string, index: number): void {
    const of = this.values[feature];
    const counted = of.get(value);
    if (counted !== undefined) counted.entries += 1;
    else if (of.size < mostValues) of.set(value, { entries: 1, first: index });
    else this.full.add(feature);
  }
}

function keepNewest(indices: number[], index: number): void {
  indices.push(index);
  if (indices.length > mostRecent) indices.shift();
}
