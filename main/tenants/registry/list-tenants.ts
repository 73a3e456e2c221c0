import { z } from 'zod';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Reading } from '../../storage/store.ts';
import { foldName } from './fold-name.ts';
import { type TenantRow, toTenant } from './tenant-store.ts';

export interface ListTenantsInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly search?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly state?: Tenant['state'] | undefined;
  readonly sort: 'name' | 'createdAt';
}

const byName = { column: 'folded_name', value: (row: TenantRow) => row.folded_name };
const byCreation = { column: 'created_at', value: (row: TenantRow) => row.created_at };
const position = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** Tenants whose name (without regard to case and marks) or slug contains `search`, by name or time of creation. */
export function listTenants(control: Reading, { limit, cursor, ...filter }: ListTenantsInput): Page<Tenant> {
  const { column, value } = filter.sort === 'name' ? byName : byCreation;
  const [afterValue, afterId] = decodeCursor(cursor, filter, position) ?? [null, null];
  const pattern = filter.search === undefined ? null : foldName(filter.search).replaceAll(/[\\%_]/g, '\\$&');
  const rows = control
    .sql<TenantRow>(
      `SELECT * FROM tenants
       WHERE (@pattern IS NULL OR folded_name LIKE '%' || @pattern || '%' ESCAPE '\\'
              OR slug LIKE '%' || @pattern || '%' ESCAPE '\\')
         AND (@tier IS NULL OR tier = @tier) AND (@state IS NULL OR state = @state)
         AND (@afterId IS NULL OR (${column}, id) > (@afterValue, @afterId))
       ORDER BY ${column}, id LIMIT @limit`,
    )
    .all({
      pattern,
      tier: filter.tier ?? null,
      state: filter.state ?? null,
      afterValue,
      afterId,
      limit: limit + 1,
    });
  return pageOf(rows, limit, { ...filter }, toTenant, (row) => [value(row), row.id]);
}
