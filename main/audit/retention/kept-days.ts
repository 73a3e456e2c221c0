import { recordClasses, usualRetentionDays } from '../../../shared/audit-retention.ts';
import type { LogOwner, PolicyClass, PolicyRow } from './policy-rows.ts';

/** How many days the entries of a log are kept, by class; `every`: where nothing is said of a class. */
export type KeptDays = Readonly<Record<PolicyClass, number>>;

/** Epoch milliseconds by class: what is of that time or later stays. */
export type Cutoffs = KeptDays;

const dayMs = 24 * 3_600_000;

/** By the owner's policy of a class, else its policy of every one, else the installation's of either, else the usual days. */
export function keptDays(policies: readonly Omit<PolicyRow, 'setAt' | 'setBy'>[], owner: LogOwner): KeptDays {
  const set = new Map(policies.map((row) => [`${row.owner} ${row.recordClass}`, row.days]));
  const of = (recordClass: PolicyClass) =>
    set.get(`${owner} ${recordClass}`) ??
    set.get(`${owner} every`) ??
    set.get(`installation ${recordClass}`) ??
    set.get('installation every') ??
    usualRetentionDays;
  return byClass(of);
}

/** Whether anything is kept for less than before. */
export function isLess(days: KeptDays, before: KeptDays): boolean {
  return policyClasses.some((recordClass) => days[recordClass] < before[recordClass]);
}

export function cutoffsOf(days: KeptDays, now: number): Cutoffs {
  return byClass((recordClass) => now - days[recordClass] * dayMs);
}

/** As a fact of an entry: the classes that have days of their own. */
export function classesText(days: KeptDays): string {
  return recordClasses
    .filter((recordClass) => days[recordClass] !== days.every)
    .map((recordClass) => `${recordClass}=${days[recordClass]}`)
    .join(' ');
}

const policyClasses: readonly PolicyClass[] = ['every', ...recordClasses];

function byClass(of: (recordClass: PolicyClass) => number): KeptDays {
  const all = policyClasses.map((recordClass) => [recordClass, of(recordClass)]);
  return Object.fromEntries(all) as KeptDays;
}
