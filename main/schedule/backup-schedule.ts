import type { Uuid } from '../../shared/ids.ts';
import type { TierRules } from '../../shared/tiers.ts';

/** How often something is backed up; null: by hand only. */
export interface BackupPlan {
  readonly owner: Uuid | 'installation';
  readonly every: TierRules['backups'];
  /** Since when there is something to back up, in epoch milliseconds. */
  readonly since: number;
}

const hourMs = 3_600_000;
const intervalMs = { manual: null, hourly: hourMs, daily: 24 * hourMs, weekly: 7 * 24 * hourMs } as const;

/** Milliseconds between two backups; null: by hand only. */
export function intervalOf(every: BackupPlan['every']): number | null {
  return intervalMs[every];
}

/** So long a new tenant is left alone before its first backup. */
const firstAfterMs = hourMs / 4;

/**
 * When each owner's next backup is due, in epoch milliseconds. A last run that lies after `now` was made before the
 * clock went back: it says nothing, so the backup is due now.
 */
export function dueTimes(
  plans: readonly BackupPlan[],
  lastRuns: ReadonlyMap<string, number>,
  now: number,
): { readonly owner: BackupPlan['owner']; readonly due: number }[] {
  return plans.flatMap(({ owner, every, since }) => {
    const interval = intervalMs[every];
    if (interval === null) return [];
    const last = lastRuns.get(owner);
    if ((last ?? since) > now) return [{ owner, due: now }];
    return [{ owner, due: last === undefined ? since + firstAfterMs : last + interval }];
  });
}

/** When the next backup of any owner is due; null where all are made by hand. */
export function nextBackup(
  plans: readonly BackupPlan[],
  lastRuns: ReadonlyMap<string, number>,
  now: number,
): number | null {
  const times = dueTimes(plans, lastRuns, now).map(({ due }) => due);
  return times.length === 0 ? null : Math.min(...times);
}
