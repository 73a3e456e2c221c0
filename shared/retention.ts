import type { Tier } from './tiers.ts';

/** Calendar rules, finest first: so many of the newest hours, days, ISO weeks, months and years keep their newest snapshot. */
export const calendarRules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type CalendarRule = (typeof calendarRules)[number];

/** Which snapshots of an owner stay. Each number counts snapshots; 0: the rule keeps none. */
export interface RetentionPolicy extends Readonly<Record<CalendarRule, number>> {
  /** The newest so many, whenever they were made. */
  readonly last: number;
  /** So many stay whatever the other rules say; at least 1. */
  readonly minimum: number;
}

/** Why a snapshot stays: a rule of the policy, or what no policy overrides. */
export const keepReasons = [
  'last',
  ...calendarRules,
  'minimum',
  'newest',
  'newest-verified',
  'hold',
  'undo',
  'elsewhere',
] as const;
export type KeepReason = (typeof keepReasons)[number];

/** Where nobody has set another policy. */
export const retentionByTier = {
  free: { last: 10, hourly: 0, daily: 7, weekly: 4, monthly: 6, yearly: 0, minimum: 3 },
  standard: { last: 4, hourly: 0, daily: 7, weekly: 13, monthly: 12, yearly: 3, minimum: 3 },
  professional: { last: 7, hourly: 0, daily: 30, weekly: 13, monthly: 12, yearly: 7, minimum: 3 },
  enterprise: { last: 24, hourly: 72, daily: 30, weekly: 13, monthly: 24, yearly: 7, minimum: 3 },
} as const satisfies Record<Tier, RetentionPolicy>;

export const installationRetention: RetentionPolicy = retentionByTier.professional;

const rules = ['last', ...calendarRules, 'minimum'] as const;

/** Whether one policy can let go of a snapshot that the other would keep. */
export function keepsLess(policy: RetentionPolicy, than: RetentionPolicy): boolean {
  return rules.some((rule) => policy[rule] < than[rule]);
}

/** What keeps a snapshot from being removed by hand. */
export const forgetObstacles = ['hold', 'undo', 'minimum', 'being-removed'] as const;
export type ForgetObstacle = (typeof forgetObstacles)[number];
