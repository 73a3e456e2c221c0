import type { AnomalyKind } from '../../../../shared/anomalies.ts';
import type { Baseline } from './baseline.ts';
import type { Contribution } from './contribution.ts';
import { hoursName } from './counted-entry.ts';
import type { DayCounts } from './day-counts.ts';
import {
  binomialTailBits,
  deviationBits,
  robustZ,
  rounded,
  type Spread,
  spreadOf,
  successionBits,
  wilsonUpper,
} from './scores.ts';

/** One actor, or all of a log, on the day under way. */
export interface Observed {
  readonly today: DayCounts;
  readonly before: Baseline;
  /** The hour under way. */
  readonly hour: number;
}

/** On so many days somebody has to have been there before what is new for them says anything. */
const leastDays = 5;
/** Actions that come more often than once in 2^7 entries are not rare. */
const rareBits = 7;
const leastFailures = 3;
/** Entries of operators that have to be there before a new one among them says anything. */
const leastOfOperators = 20;

const firstKinds = { action: 'first-action', resource: 'first-resource', source: 'first-source' } as const;

/** What is unusual about one actor today. `log`: all that was done in the log before. */
export function contributionsOfActor(
  actor: Observed,
  log: Baseline,
  { name, isOperator }: { readonly name: string; readonly isOperator: boolean },
): Contribution[] {
  const { today, before } = actor;
  const known = before.days.length >= leastDays;
  const joined = isOperator && before.days.length === 0 ? newOperator(today, log, name) : [];
  const first = (feature: keyof typeof firstKinds) => (known ? firstOf(feature, today, before) : []);
  return [
    ...strongestOfEntry([...first('action'), ...first('resource'), ...rarest(today, log)]),
    ...first('source'),
    ...(known ? firstHours(today, before) : []),
    ...joined,
    ...(known || joined.length > 0 ? volume(actor, known ? before : log) : []),
    ...failures(actor, known ? before : log),
  ];
}

/** What is unusual about a log today. */
export function contributionsOfLog(log: Observed): Contribution[] {
  return [...volume(log, log.before), ...failures(log, log.before)];
}

/** The first value today that was never there before. */
function firstOf(feature: keyof typeof firstKinds, today: DayCounts, before: Baseline): Contribution[] {
  // of who never had one, a first says nothing
  if (before.values[feature].size === 0 || before.full.has(feature)) return [];
  for (const [value, { first }] of today.values[feature])
    if (!before.hasSeen(feature, value))
      return [news(firstKinds[feature], value, before.news(feature), first)];
  return [];
}

/** That one entry is new in two ways is one piece of news. */
function strongestOfEntry(found: readonly Contribution[]): Contribution[] {
  return found.filter(
    (each, at) =>
      !found.some(
        ({ entry, score }, other) =>
          entry === each.entry && (score > each.score || (score === each.score && other < at)),
      ),
  );
}

function firstHours(today: DayCounts, before: Baseline): Contribution[] {
  for (const [hour, { first }] of today.hours) {
    const name = hoursName(hour);
    if (!before.hasHours(name))
      return [
        news('first-hours', name, { days: before.days.length, withNews: before.daysNear(hour) }, first),
      ];
  }
  return [];
}

function news(
  kind: AnomalyKind,
  what: string,
  { days, withNews }: { readonly days: number; readonly withNews: number },
  entry: number,
): Contribution {
  const score = rounded(successionBits(withNews, days));
  return { kind, what, value: 0, of: days, expected: withNews, spread: null, score, entry, earlier: [] };
}

/** An operator who was never in this log, as Good and Turing reckon it: by how many others came only once. */
function newOperator(today: DayCounts, log: Baseline, name: string): Contribution[] {
  const others = [...log.values.operator.values()];
  const entries = others.reduce((sum, { weekly }) => sum + weekly.reduce((all, some) => all + some, 0), 0);
  if (entries < leastOfOperators || log.full.has('operator')) return [];
  const once = others.filter(({ days }) => days.size === 1).length;
  const score = rounded(successionBits(once, entries));
  const facts = { value: 0, of: entries, expected: once, spread: null, earlier: [] };
  return [{ kind: 'new-operator', what: name, ...facts, score, entry: today.from }];
}

/** The rarest action of today in the log. */
function rarest(today: DayCounts, log: Baseline): Contribution[] {
  if (log.full.has('action')) return [];
  let [least, what, entry] = [Number.POSITIVE_INFINITY, '', 0];
  for (const [action, { first }] of today.values.action) {
    const times = log.countOf('action', action);
    if (times < least) [least, what, entry] = [times, action, first];
  }
  const bits = Math.log2((log.entries + log.values.action.size + 1) / (least + 1));
  if (bits <= rareBits) return [];
  const facts = { value: least, of: log.entries, expected: rounded(bits), spread: null };
  const earlier = [...log.weekly('action', what)];
  return [{ kind: 'rare-action', what, ...facts, score: rounded(bits - rareBits), entry, earlier }];
}

/** The hour under way against the same hour of the week, the ones beside it, and all busy hours: what it is nearest to. */
function volume({ today, before, hour }: Observed, known: Baseline): Contribution[] {
  const value = today.hours.get(hour)?.entries ?? 0;
  const [since] = known.days;
  if (since === undefined) return [];
  const usual = [hour - 1, hour, hour + 1]
    .map((near) => before.sameHour(near, since))
    .filter(({ length }) => length >= 2)
    .map(spreadOf);
  if (usual.length === 0) return [];
  const compared: readonly Spread[] = before.busyHours.of === 0 ? usual : [...usual, before.busyHours];
  const [nearest] = compared.toSorted((a, b) => robustZ(value, a) - robustZ(value, b));
  if (nearest === undefined) return [];
  const bits = deviationBits(robustZ(value, nearest));
  if (bits === 0) return [];
  const { median, scale } = nearest;
  const facts = { value, of: null, expected: rounded(median), spread: rounded(scale) };
  const earlier = before.sameHour(hour, since);
  const entry = today.recent.entries.at(-1) ?? today.from;
  return [{ kind: 'volume', what: null, ...facts, score: rounded(bits), entry, earlier }];
}

/** Failures of the hour under way, by what is least surprising: their share, their number, or that an hour had as many before. */
function failures({ today, before, hour }: Observed, known: Baseline): Contribution[] {
  const counted = today.hours.get(hour);
  if (counted === undefined || counted.failures < leastFailures || known.entries === 0) return [];
  const share = wilsonUpper(known.failures, known.entries);
  const { hours, as } = known.hoursWithFailures(counted.failures);
  const bits = Math.min(
    binomialTailBits(counted.failures, counted.entries, share),
    deviationBits(robustZ(counted.failures, known.failedHours)),
    as === 0 ? Number.POSITIVE_INFINITY : successionBits(as, hours),
  );
  if (bits <= 0) return [];
  const facts = {
    value: counted.failures,
    of: counted.entries,
    expected: rounded(share * 100),
    spread: null,
  };
  const entry = today.recent.failures.at(-1) ?? today.from;
  const [since = before.day] = known.days;
  const earlier = before.sameHour(hour, since, 'failures');
  return [{ kind: 'failures', what: null, ...facts, score: rounded(bits), entry, earlier }];
}
