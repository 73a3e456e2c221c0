import type { Job } from '../../../../shared/contract/suite.ts';
import { distinctParts, partText } from '../../../../shared/restore-parts.ts';
import { type RestoreWarningKind, restoreWarningKinds } from '../../../../shared/restore-warnings.ts';
import { type Tier, tiers } from '../../../../shared/tiers.ts';
import { list, member, number, text } from '../../../ui/json-member.ts';
import { linesOf } from './destination.ts';
import { type Place, placeOf, type RestoreDraft } from './restore-draft.ts';

/** What the plan of a restore says, read from its job. */
export interface Plan {
  readonly snapshotId: string;
  readonly to: Place;
  /** The folder it is for, or the name of the new tenant; null for a restore in place. */
  readonly place: string | null;
  /** The parts it is of; empty for all. */
  readonly only: readonly string[];
  /** Of the new tenant. */
  readonly tier: string | null;
  readonly snapshotTime: string;
  /** The time that was asked for; null where a snapshot was. */
  readonly at: string | null;
  /** Whether its very commits are brought back, not the newest snapshot before. */
  readonly exact: boolean;
  readonly bytes: number;
  readonly freeBytes: number;
  readonly rows: number;
  readonly files: number;
  /** Files among them that chosen documents refer to. */
  readonly referredFiles: number;
  readonly changes: readonly {
    readonly collection: string;
    readonly added: number;
    readonly changed: number;
    readonly lost: number;
    readonly unchanged: number;
  }[];
  /** Of the installation in place: how many can do less afterwards. */
  readonly loseAccess: Readonly<Record<'operators' | 'tenants' | 'principals' | 'apiKeys', number>>;
  /** Operators who get access again, and whose passphrase does not open the installation. */
  readonly needPassphrase: readonly string[];
  /** Tenants that use more than the tier allows that they would have again. */
  readonly overQuota: readonly {
    readonly tenantId: string;
    readonly tier: Tier;
    readonly quota: 'bots' | 'users' | 'storageBytes';
    readonly used: number;
    readonly limit: number;
  }[];
  readonly obstacles: readonly string[];
  readonly warnings: readonly {
    readonly kind: RestoreWarningKind;
    readonly subject: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
}

const quotas = ['bots', 'users', 'storageBytes'] as const;

/** undefined until the job has succeeded. */
export function planOf(job: Job | undefined): Plan | undefined {
  if (job?.state !== 'succeeded') return undefined;
  const { result } = job;
  const destination = member(result, 'destination');
  const only = list(result, 'only').filter((each) => typeof each === 'string');
  return {
    snapshotId: text(result, 'snapshotId'),
    to: placeOf(text(destination, 'kind'), only.length > 0),
    only,
    place: text(destination, 'path') || text(destination, 'name') || null,
    tier: text(destination, 'tier') || null,
    snapshotTime: text(result, 'snapshotTime'),
    at: text(result, 'at') || null,
    exact: text(result, 'pointInTime') !== '',
    bytes: number(result, 'bytes'),
    freeBytes: number(result, 'freeBytes'),
    rows: number(result, 'rows'),
    files: number(result, 'files'),
    referredFiles: number(result, 'referredFiles'),
    changes: list(result, 'changes').map((change) => ({
      collection: text(change, 'collection'),
      added: number(change, 'added'),
      changed: number(change, 'changed'),
      lost: number(change, 'lost'),
      unchanged: number(change, 'unchanged'),
    })),
    loseAccess: {
      operators: number(member(result, 'loseAccess'), 'operators'),
      tenants: number(member(result, 'loseAccess'), 'tenants'),
      principals: number(member(result, 'loseAccess'), 'principals'),
      apiKeys: number(member(result, 'loseAccess'), 'apiKeys'),
    },
    needPassphrase: list(result, 'needPassphrase').filter((each) => typeof each === 'string'),
    overQuota: list(result, 'overQuota').flatMap((over) => {
      const quota = quotas.find((known) => known === text(over, 'quota'));
      const tier = tiers.find((known) => known === text(over, 'tier'));
      if (quota === undefined || tier === undefined) return [];
      const [used, limit] = [number(over, 'used'), number(over, 'limit')];
      return [{ tenantId: text(over, 'tenantId'), tier, quota, used, limit }];
    }),
    obstacles: list(result, 'obstacles').filter((each) => typeof each === 'string'),
    warnings: list(result, 'warnings').flatMap((warning) => {
      const kind = restoreWarningKinds.find((known) => known === text(warning, 'kind'));
      if (kind === undefined) return [];
      const examples = list(warning, 'examples').filter((each) => typeof each === 'string');
      return [{ kind, subject: text(warning, 'subject'), count: number(warning, 'count'), examples }];
    }),
  };
}

/** Whether a plan is of what is chosen now: an address can name the plan of something else. */
export function isPlanOf(
  plan: Pick<Plan, 'snapshotId' | 'at' | 'to' | 'place' | 'only' | 'tier'>,
  {
    snapshot,
    at,
    ...where
  }: Pick<RestoreDraft, 'snapshot' | 'at' | 'to' | 'folder' | 'parts' | 'name' | 'tier'>,
): boolean {
  const same =
    at === undefined
      ? snapshot !== undefined && plan.at === null && plan.snapshotId.startsWith(snapshot)
      : plan.at === at;
  if (!same) return false;
  if (plan.to !== where.to) return false;
  switch (where.to) {
    case 'folder':
      return plan.place === where.folder.trim();
    case 'tenant':
      return plan.place === where.name.trim() && (where.tier === undefined || plan.tier === where.tier);
    case 'parts-folder':
      return plan.place === where.folder.trim() && isOfTheseParts(plan, where.parts);
    case 'parts':
      return isOfTheseParts(plan, where.parts);
    case 'in-place':
      return true;
  }
}

function isOfTheseParts({ only }: Pick<Plan, 'only'>, parts: string): boolean {
  return only.join('\n') === distinctParts(linesOf(parts)).map(partText).join('\n');
}

/** Whether a restore as planned would be carried out at all. */
export const isClear = (plan: Plan | undefined): plan is Plan => plan?.obstacles.length === 0;

/** How many rows of now would not be there any more as they are. */
export function endangered({ changes }: Plan): number {
  return changes.reduce((sum, { changed, lost }) => sum + changed + lost, 0);
}

export function totals({ changes }: Plan): { added: number; changed: number; lost: number } {
  return changes.reduce(
    (sum, { added, changed, lost }) => ({
      added: sum.added + added,
      changed: sum.changed + changed,
      lost: sum.lost + lost,
    }),
    { added: 0, changed: 0, lost: 0 },
  );
}

const freshMs = 5 * 60_000;

/** Whether a plan still says how things are; `now` in epoch milliseconds. */
export function isFresh({ endedAt }: Pick<Job, 'endedAt'>, now: number): boolean {
  return endedAt !== null && now - Date.parse(endedAt) < freshMs;
}
