import { toRfc3339 } from '../../../shared/clock.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Slug, type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { type Tier, tierRules } from '../../../shared/tiers.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { foldName } from './fold-name.ts';

export interface TenantRow {
  readonly id: Uuid;
  readonly slug: Slug;
  readonly name: string;
  readonly folded_name: string;
  readonly tier: Tier;
  readonly state: Tenant['state'];
  readonly sample: 0 | 1;
  readonly bots: number;
  readonly bots_limit: number | null;
  readonly users: number;
  readonly users_limit: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The tenant with this id or slug. Throws NOT_FOUND. */
export function requireTenant(control: Reading, reference: string): TenantRow {
  const column = uuidPattern.test(reference) ? 'id' : 'slug';
  const row = control.sql<TenantRow>(`SELECT * FROM tenants WHERE ${column} = ?`).get(reference);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', `There is no tenant "${reference}".`, {
    kind: 'tenant',
    id: reference,
  });
}

export function isTenant(control: Reading, id: Uuid): boolean {
  return control.sql('SELECT 1 FROM tenants WHERE id = ?').get(id) !== undefined;
}

/** The tenant that an id or slug names, or named before it was deleted: slugs are kept. Throws NOT_FOUND. */
export function requireEverTenant(control: Reading, reference: string): Uuid {
  const row = control
    .sql<{ tenant_id: Uuid }>('SELECT tenant_id FROM slugs WHERE slug = @reference OR tenant_id = @reference')
    .get({ reference });
  return row?.tenant_id ?? requireTenant(control, reference).id;
}

export function tenantIds(control: Reading): Uuid[] {
  const rows = control.sql<{ id: Uuid }>('SELECT id FROM tenants ORDER BY id').all();
  return rows.map(({ id }) => id);
}

/** Every tenant's tier, and when the tenant was made, epoch milliseconds. */
export function tenantTiers(control: Reading): Pick<TenantRow, 'id' | 'tier' | 'created_at'>[] {
  return control
    .sql<Pick<TenantRow, 'id' | 'tier' | 'created_at'>>(
      'SELECT id, tier, created_at FROM tenants ORDER BY id',
    )
    .all();
}

export function sampleIds(control: Reading): Uuid[] {
  const rows = control.sql<{ id: Uuid }>('SELECT id FROM tenants WHERE sample = 1 ORDER BY id').all();
  return rows.map(({ id }) => id);
}

/** A tenant of sample data. Throws NOT_FOUND, and CONFLICT for any other. */
export function requireSample(control: Reading, reference: string): TenantRow {
  const row = requireTenant(control, reference);
  if (row.sample === 1) return row;
  throw new HoldfastError(
    'CONFLICT',
    `The tenant "${row.slug}" is not a sample, so it is not deleted. Suspend it to keep everybody out.`,
    { reason: 'not-a-sample', tenant: row.slug },
  );
}

/** Throws CONFLICT for a suspended tenant, whose data may be read but not changed. */
export function requireActive(tenant: TenantRow): TenantRow {
  if (tenant.state === 'active') return tenant;
  throw new HoldfastError(
    'CONFLICT',
    `The tenant "${tenant.slug}" is suspended: resume it before changing anything of it.`,
    { reason: 'tenant-suspended', tenant: tenant.slug },
  );
}

export function toTenant(row: TenantRow): Tenant {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    tier: row.tier,
    state: row.state,
    sample: row.sample === 1,
    createdAt: toRfc3339(row.created_at),
    updatedAt: toRfc3339(row.updated_at),
  };
}

/** Whether the slug is, or ever was, a tenant's. */
export function isSlugTaken(control: Reading, slug: Slug): boolean {
  return control.sql('SELECT 1 FROM slugs WHERE slug = ?').get(slug) !== undefined;
}

export function insertTenant(
  transaction: Transaction,
  tenant: { id: Uuid; slug: Slug; name: string; tier: Tier; sample: boolean },
): TenantRow {
  const rules = tierRules[tenant.tier];
  transaction.sql('INSERT INTO slugs (slug, tenant_id) VALUES (?, ?)').run(tenant.slug, tenant.id);
  transaction
    .sql(
      `INSERT INTO tenants (id, slug, name, folded_name, tier, state, sample, bots_limit, users_limit, created_at, updated_at)
       VALUES (@id, @slug, @name, @folded, @tier, 'active', @sample, @bots, @users, @now, @now)`,
    )
    .run({
      id: tenant.id,
      slug: tenant.slug,
      name: tenant.name,
      folded: foldName(tenant.name),
      tier: tenant.tier,
      sample: tenant.sample ? 1 : 0,
      bots: rules.bots,
      users: rules.users,
      now: transaction.commit.time,
    });
  return requireTenant(transaction, tenant.id);
}

/** The slug stays taken. */
export function removeTenantRows(transaction: Transaction, id: Uuid): void {
  transaction.sql('DELETE FROM principals WHERE tenant_id = ?').run(id);
  transaction.sql('DELETE FROM tenants WHERE id = ?').run(id);
}

/** Writes name, tier with its limits, and state. */
export function changeTenant(
  transaction: Transaction,
  id: Uuid,
  to: Pick<TenantRow, 'name' | 'tier' | 'state'>,
): TenantRow {
  const rules = tierRules[to.tier];
  transaction
    .sql(
      `UPDATE tenants SET name = @name, folded_name = @folded, tier = @tier, state = @state,
         bots_limit = @bots, users_limit = @users, updated_at = @now WHERE id = @id`,
    )
    .run({
      id,
      name: to.name,
      folded: foldName(to.name),
      tier: to.tier,
      state: to.state,
      bots: rules.bots,
      users: rules.users,
      now: transaction.commit.time,
    });
  return requireTenant(transaction, id);
}
