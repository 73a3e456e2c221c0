import { HoldfastError, type JsonValue } from '../../../shared/errors.ts';
import { ConstraintError } from '../../storage/sqlite-errors.ts';

const quotas = ['bots', 'users', 'storageBytes'] as const;
export type Quota = (typeof quotas)[number];

/** How much of one quota is used; `limit` null is unlimited. Storage in bytes. */
export interface QuotaState {
  readonly quota: Quota;
  readonly used: number;
  readonly limit: number | null;
}

const nouns = { bots: 'bots', users: 'users', storageBytes: 'bytes of storage' } as const satisfies Record<
  Quota,
  string
>;

export function quotaExceeded(
  state: QuotaState,
  asked: number,
  more: { readonly [key: string]: JsonValue } = {},
) {
  const { quota, used, limit } = state;
  return new HoldfastError(
    'QUOTA_EXCEEDED',
    `The tenant may have ${limit} ${nouns[quota]} and has ${used}; ${asked} more do not fit. Remove some or raise its tier.`,
    { quota, limit, used, asked, ...more },
  );
}

/** Lists what is over: the refusal of a tier that allows less than is used. */
export function tierTooSmall(over: readonly QuotaState[]): HoldfastError {
  const list = over.map(({ quota, used, limit }) => `${used} ${nouns[quota]} (allowed: ${limit})`).join(', ');
  return new HoldfastError(
    'QUOTA_EXCEEDED',
    `The tier allows less than the tenant uses: ${list}. Remove some first.`,
    { over: over.map((state) => ({ ...state })) },
  );
}

/** Which quota's trigger refused, if it was one. */
export function refusedQuota(error: unknown): Quota | null {
  if (!(error instanceof ConstraintError)) return null;
  return quotas.find((quota) => error.message === `quota:${quota}`) ?? null;
}

export function isOver({ used, limit }: Pick<QuotaState, 'used' | 'limit'>): boolean {
  return limit !== null && used > limit;
}

/** The levels, in percent, from which a warning is given. */
const warningLevels = [95, 80] as const;

/** The highest level that is reached, for each quota that reached one. A limit of 0 is always reached. */
export function quotaWarnings(states: readonly QuotaState[]): { quota: Quota; percent: number }[] {
  return states.flatMap(({ quota, used, limit }) => {
    if (limit === null) return [];
    const level = warningLevels.find((percent) => used * 100 >= limit * percent);
    return level === undefined ? [] : [{ quota, percent: level }];
  });
}
