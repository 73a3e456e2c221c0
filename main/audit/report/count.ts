import type { Reading } from '../../storage/store.ts';
import type { EventKind } from '../search/event-kinds.ts';
import type { FoundEvent } from '../search/event-streams.ts';
import type { Control, EntryEvidence } from './control.ts';
import {
  type CountedPart,
  type LogRange,
  oldestOf,
  type ReportPeriod,
  rangesOf,
  type Tally,
  tallyLogs,
} from './tally.ts';

/** Which logs, by number: the owner's own, and the installation's. */
interface CountedLogs {
  readonly own: readonly number[];
  readonly installation: readonly number[];
}

export interface CountRequest {
  readonly logs: CountedLogs;
  readonly period: ReportPeriod;
  /** Whose evidence is looked for. */
  readonly evidence: readonly EntryEvidence[];
  /** So many entries are listed of each. */
  readonly listed: number;
  /** Of its log nothing else is evidence. */
  readonly part: CountedPart | undefined;
}

export interface CountedEvidence {
  readonly count: number;
  /** Those that are in the part. */
  readonly here: number;
  readonly first: FoundEvent | undefined;
  readonly last: FoundEvent | undefined;
  /** The oldest. */
  readonly entries: readonly (FoundEvent & EventKind)[];
}

export interface Counted {
  /** In the order of the request. */
  readonly evidence: readonly CountedEvidence[];
  readonly ranges: readonly LogRange[];
  readonly failures: readonly Tally[];
  readonly critical: readonly Tally[];
  /** How often each action succeeded in the owner's logs, in the period and after it. */
  readonly succeeded: Readonly<Record<string, { readonly within: number; readonly after: number }>>;
}

/** Which entries evidence draws on: of controls, without repetition. */
export function entryEvidenceOf(controls: readonly Control[]): EntryEvidence[] {
  const all = controls.flatMap(({ evidence }) => evidence.filter((each) => each.kind === 'entries'));
  return [...new Set(all)];
}

/** Counts all that a report says of entries, from the index. `step` is called now and then, and may throw. */
export function countAll(search: Reading, audit: Reading, request: CountRequest, step: () => void): Counted {
  const { logs, period, evidence, listed, part } = request;
  const every = [...new Set([...logs.own, ...logs.installation])];
  const all = tallyLogs(search, every, period, step);
  const tallies =
    part === undefined
      ? all
      : [...all.filter(({ log }) => log !== part.log), ...tallyLogs(search, [part.log], period, step, part)];
  const counted = evidence.map((wanted): CountedEvidence => {
    step();
    const of = new Set(logsFor(wanted, logs));
    const matching = tallies.filter((tally) => of.has(tally.log) && matches(wanted, tally));
    const here = matching.filter(({ log }) => log === part?.log);
    return {
      ...summed(matching),
      here: here.reduce((sum, { count }) => sum + count, 0),
      entries: oldestOf(search, matching, period, { limit: listed, part }),
    };
  });
  const own = new Set(logs.own);
  const later = tallyLogs(search, logs.own, { from: period.to, to: Number.MAX_SAFE_INTEGER }, step);
  return {
    evidence: counted,
    ranges: rangesOf(search, audit, every, period),
    failures: tallies.filter(({ outcome }) => outcome === 'failure'),
    critical: tallies.filter(({ severity, outcome }) => severity === 'critical' && outcome === 'success'),
    succeeded: successes(
      all.filter(({ log }) => own.has(log)),
      later,
    ),
  };
}

function logsFor({ of }: EntryEvidence, { own, installation }: CountedLogs): readonly number[] {
  if (of === 'both') return [...own, ...installation];
  return of === 'owner' ? own : installation;
}

function matches({ actions, outcome, severity }: EntryEvidence, tally: Tally): boolean {
  if (outcome !== undefined && tally.outcome !== outcome) return false;
  if (severity !== undefined && tally.severity !== severity) return false;
  return actions.length === 0 || actions.some((action) => matchesAction(action, tally.action));
}

/** `wanted`: exact, or a prefix that ends in `.*`. */
export function matchesAction(wanted: string, action: string): boolean {
  return wanted.endsWith('.*') ? action.startsWith(wanted.slice(0, -1)) : action === wanted;
}

function summed(tallies: readonly Tally[]): Pick<CountedEvidence, 'count' | 'first' | 'last'> {
  const byTime = (one: FoundEvent, other: FoundEvent) =>
    one.time - other.time || one.position - other.position;
  return {
    count: tallies.reduce((sum, { count }) => sum + count, 0),
    first: tallies.map(({ first }) => first).sort(byTime)[0],
    last: tallies
      .map(({ last }) => last)
      .sort(byTime)
      .at(-1),
  };
}

function successes(within: readonly Tally[], after: readonly Tally[]): Counted['succeeded'] {
  const found: Record<string, { within: number; after: number }> = {};
  for (const [when, tallies] of [
    ['within', within],
    ['after', after],
  ] as const) {
    for (const { action, outcome, count } of tallies) {
      if (outcome !== 'success') continue;
      found[action] ??= { within: 0, after: 0 };
      found[action][when] += count;
    }
  }
  return found;
}
