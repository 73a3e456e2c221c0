import { calendarRules, type RetentionPolicy } from '../../../../shared/retention.ts';

export const ruleNames = ['last', ...calendarRules, 'minimum'] as const;
export type RuleName = (typeof ruleNames)[number];

/** What stands in the fields. */
export type Draft = Readonly<Record<RuleName, string>>;

const most = 10_000;

export function leastOf(rule: RuleName): number {
  return rule === 'minimum' ? 1 : 0;
}

/** The number in a field; undefined where it is none that a policy can have. */
export function countIn(rule: RuleName, typed: string): number | undefined {
  if (!/^\d{1,5}$/.test(typed.trim())) return undefined;
  const count = Number(typed);
  return count >= leastOf(rule) && count <= most ? count : undefined;
}

export function draftOf(policy: RetentionPolicy): Draft {
  const { last, hourly, daily, weekly, monthly, yearly, minimum } = policy;
  return {
    last: String(last),
    hourly: String(hourly),
    daily: String(daily),
    weekly: String(weekly),
    monthly: String(monthly),
    yearly: String(yearly),
    minimum: String(minimum),
  };
}

/** The policy that the fields say; undefined while one of them says none. */
export function policyIn(draft: Draft): RetentionPolicy | undefined {
  const counts = ruleNames.map((rule) => countIn(rule, draft[rule]));
  const [last, hourly, daily, weekly, monthly, yearly, minimum] = counts;
  if (
    last === undefined ||
    hourly === undefined ||
    daily === undefined ||
    weekly === undefined ||
    monthly === undefined ||
    yearly === undefined ||
    minimum === undefined
  ) {
    return undefined;
  }
  return { last, hourly, daily, weekly, monthly, yearly, minimum };
}

export function isSame(one: RetentionPolicy, other: RetentionPolicy): boolean {
  return ruleNames.every((rule) => one[rule] === other[rule]);
}

/** The rules that differ, with their numbers. */
export function changedRules(
  before: RetentionPolicy,
  after: RetentionPolicy,
): { readonly rule: RuleName; readonly before: number; readonly after: number }[] {
  return ruleNames
    .filter((rule) => before[rule] !== after[rule])
    .map((rule) => ({ rule, before: before[rule], after: after[rule] }));
}

/** The options of the command line for these numbers. */
export function ruleOptions(policy: RetentionPolicy): string {
  return ruleNames.map((rule) => `--${rule} ${policy[rule]}`).join(' ');
}
