import type { TierRules } from '../../shared/tiers.ts';

/** How often something is backed up; null: by hand only. */
export interface BackupPlan {
  readonly owner: string;
  readonly every: TierRules['backups'];
}

const hourMs = 3_600_000;
const intervalMs = { manual: null, hourly: hourMs, daily: 24 * hourMs, weekly: 7 * 24 * hourMs } as const;

/** When each owner's next backup is due, in epoch milliseconds; one that never ran is due at once (0). */
export function dueTimes(
  plans: readonly BackupPlan[],
  lastRuns: ReadonlyMap<string, number>,
): { readonly owner: string; readonly due: number }[] {
  return plans.flatMap(({ owner, every }) => {
    const interval = intervalMs[every];
    if (interval === null) return [];
    const last = lastRuns.get(owner);
    return [{ owner, due: last === undefined ? 0 : last + interval }];
  });
}

/** When the next backup of any owner is due; null where all are made by hand. */
export function nextBackup(
  plans: readonly BackupPlan[],
  lastRuns: ReadonlyMap<string, number>,
): number | null {
  const times = dueTimes(plans, lastRuns).map(({ due }) => due);
  return times.length === 0 ? null : Math.min(...times);
}
