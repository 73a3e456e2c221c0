import type { Uuid } from '../../shared/ids.ts';
import type { DrillOutcome } from '../../shared/states.ts';
import type { DrillRhythm } from '../../shared/tiers.ts';

/** How often a restore is tried. */
export interface DrillPlan {
  readonly owner: Uuid | 'installation';
  readonly every: DrillRhythm;
}

const dayMs = 86_400_000;
const intervalMs = { never: null, weekly: 7 * dayMs, monthly: 30 * dayMs, quarterly: 91 * dayMs } as const;

/** The first drill follows the first backup: one that was never restored is a hope. */
const firstAfterMs = 15 * 60_000;
/** One that failed, or was cut off or stopped, says nothing good: it is held again the next day. */
const againAfterMs = dayMs;

interface Known {
  /** When the newest backup of an owner was made; one without any has nothing to drill. */
  readonly lastBackups: ReadonlyMap<string, number>;
  /** When the newest drill of an owner began. */
  readonly lastRuns: ReadonlyMap<string, number>;
  readonly outcomes: ReadonlyMap<string, DrillOutcome>;
}

/** When each owner's next drill is due, in epoch milliseconds; as `dueTimes`, a last run after `now` says nothing. */
export function drillsDue(
  plans: readonly DrillPlan[],
  { lastBackups, lastRuns, outcomes }: Known,
  now: number,
): { readonly owner: DrillPlan['owner']; readonly due: number }[] {
  return plans.flatMap(({ owner, every }) => {
    const interval = intervalMs[every];
    const backup = lastBackups.get(owner);
    if (interval === null || backup === undefined) return [];
    const last = lastRuns.get(owner);
    if (last === undefined) return [{ owner, due: Math.min(backup, now) + firstAfterMs }];
    if (last > now) return [{ owner, due: now }];
    const outcome = outcomes.get(owner);
    const proven = outcome === 'proven' || outcome === 'running';
    return [{ owner, due: last + (proven ? interval : againAfterMs) }];
  });
}
