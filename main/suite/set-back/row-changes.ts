import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { apiKeyChanges, operatorChanges, principalChanges, tenantChanges } from './access-changes.ts';
import { plainChanges } from './plain-changes.ts';
import { type RowChange, rowsById, type SetBackSources } from './set-back.ts';

/** A tenant, and the tier that it would have. */
export interface TierAgain {
  readonly tenantId: Uuid;
  readonly tier: Tier;
}

/**
 * What has to change in control.db so that it is as of the moment, in the order in which it can be changed. Whoever could get in
 * then and can now gets in, and nobody else; what happened since, and what says how the machine is set up, stays
 * (docs/decisions/0061-control-data-of-a-moment.md).
 */
export function rowChanges(sources: SetBackSources): RowChange[] {
  const back = new Set<string>();
  return [
    ...tenantChanges(sources),
    ...operatorChanges(sources),
    ...principalChanges(sources, (id) => back.add(id)),
    ...apiKeyChanges(sources, (id) => back.has(id)),
    ...plainChanges(sources),
  ];
}

/** Tenants that would have another tier than now. */
export function tiersAgain({ now, past }: Pick<SetBackSources, 'now' | 'past'>): TierAgain[] {
  const there = rowsById(past, 'tenants');
  return [...rowsById(now, 'tenants')].flatMap(([id, { tier }]) => {
    const before = there.get(id)?.tier ?? tier;
    return before === tier ? [] : [{ tenantId: id as Uuid, tier: before as Tier }];
  });
}

/** Tenants that were made after the moment. */
export function tenantsMadeSince({ now, past }: Pick<SetBackSources, 'now' | 'past'>): Uuid[] {
  const ids = (reading: SetBackSources['now']) =>
    reading
      .sql<{ id: Uuid }>('SELECT id FROM tenants ORDER BY id')
      .all()
      .map(({ id }) => id);
  const there = new Set(ids(past));
  return ids(now).filter((id) => !there.has(id));
}
