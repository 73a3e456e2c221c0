import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { toRfc3339 } from '../../shared/clock.ts';
import type { OwnerProtection, RecoveryObjectives } from '../../shared/contract/backups/drills.ts';
import { errorOf } from '../backups/drills/drill-store.ts';
import type { OwnerFacts } from '../backups/drills/owner-facts.ts';
import { type OwnerId, tenantIdOf } from '../backups/owner.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import type { DrillPlan } from '../schedule/drill-schedule.ts';
import { isOverdue } from './scheduled-drills.ts';

/** What the protection of each owner is made of. */
export interface Protection {
  /** The installation's own first. */
  readonly plans: readonly DrillPlan[];
  /** When each owner's next drill is due, epoch milliseconds. */
  readonly due: ReadonlyMap<DrillPlan['owner'], number>;
  factsOf(owner: OwnerId): OwnerFacts;
  /** Backups on the first target are known to stand on another device than the data. */
  readonly firstOutlivesDisk: boolean;
  /** The newest copy of each owner on another device, epoch milliseconds. */
  readonly copiedElsewhere: ReadonlyMap<string, number>;
  /** When the newest on the first target was made, of each owner who has newer ones only on others; null: there is none. */
  readonly newestOnFirst: ReadonlyMap<string, number | null>;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Only this one; undefined: everybody. */
  readonly owner: OwnerId | undefined;
}

const place = z.tuple([z.int().nonnegative()]);
/** So many owners are looked at before others have their turn. */
const ownersBetweenPauses = 100;

/** RPO and RTO of each owner. Errors: VALIDATION (cursor). */
export function listProtection(
  known: Protection,
  { limit, cursor, owner }: ListInput,
): Page<OwnerProtection> {
  const filter = { list: 'protection', owner };
  const [from] = decodeCursor(cursor, filter, place) ?? [0];
  const plans =
    owner === undefined ? known.plans : known.plans.filter((plan) => tenantIdOf(plan.owner) === owner);
  const rows = plans.slice(from, from + limit + 1).map((plan, at) => ({ plan, at: from + at + 1 }));
  return pageOf(
    rows,
    limit,
    filter,
    ({ plan }) => protectionOf(plan, known),
    ({ at }) => [at],
  );
}

/** The same of all owners, at a glance. */
export async function objectivesOf(known: Protection): Promise<RecoveryObjectives> {
  const mistakes: (string | null)[] = [];
  const losses: (string | null)[] = [];
  const proofs: string[] = [];
  const forecasts: NonNullable<OwnerProtection['forecast']>[] = [];
  let [continuous, failedDrills, overdueDrills] = [0, 0, 0];
  for (const [at, plan] of known.plans.entries()) {
    if (at % ownersBetweenPauses === ownersBetweenPauses - 1) await setImmediate();
    const { mistake, lostDisk, lastProof, forecast, drills } = protectionOf(plan, known);
    mistakes.push(mistake.upTo);
    losses.push(lostDisk.upTo);
    if (lastProof !== null) proofs.push(lastProof.time);
    if (forecast !== null) forecasts.push(forecast);
    if (mistake.continuous) continuous += 1;
    if (drills.last?.outcome === 'failed') failedDrills += 1;
    if (drills.overdue) overdueDrills += 1;
  }
  return {
    owners: known.plans.length,
    mistakeUpTo: oldest(mistakes),
    continuous,
    lostDiskUpTo: oldest(losses),
    proven: proofs.length,
    oldestProof: oldest(proofs),
    forecast:
      forecasts.length === 0
        ? null
        : {
            durationMs: sum(forecasts.map(({ durationMs }) => durationMs)),
            bytes: sum(forecasts.map(({ bytes }) => bytes)),
            measured: forecasts.length,
          },
    failedDrills,
    overdueDrills,
  };
}

function protectionOf(
  plan: DrillPlan,
  { due, factsOf, firstOutlivesDisk, copiedElsewhere, newestOnFirst, now }: Protection,
): OwnerProtection {
  const { backedUpTo, capturedTo, lastProof, forecast, lastDrill } = factsOf(tenantIdOf(plan.owner));
  const next = due.get(plan.owner);
  const first = newestOnFirst.get(plan.owner);
  const onFirst = firstOutlivesDisk ? (first === undefined ? backedUpTo : first) : null;
  return {
    tenantId: tenantIdOf(plan.owner),
    mistake: { upTo: text(capturedTo ?? backedUpTo), continuous: capturedTo !== null },
    lostDisk: { upTo: text(later(onFirst, copiedElsewhere.get(plan.owner) ?? null)) },
    lastProof: lastProof && { ...lastProof, time: toRfc3339(lastProof.time) },
    forecast,
    drills: {
      every: plan.every,
      last:
        lastDrill === undefined
          ? null
          : {
              id: lastDrill.id,
              outcome: lastDrill.outcome,
              startedAt: toRfc3339(lastDrill.startedAt),
              error: errorOf(lastDrill),
            },
      nextRun: text(next ?? null),
      overdue: next !== undefined && lastDrill?.outcome !== 'running' && isOverdue(next, now),
    },
  };
}

function later(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one;
}

/** The oldest of times in one form; null where one of them is missing, or there is none. */
function oldest(times: readonly (string | null)[]): string | null {
  let found: string | null = null;
  for (const time of times) {
    if (time === null) return null;
    if (found === null || time < found) found = time;
  }
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function text(time: number | null): string | null {
  return time === null ? null : toRfc3339(time);
}
