import { z } from 'zod';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Principal, Tenant } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import type { SubjectSealer } from '../needs.ts';
import { requireTenant } from '../registry/tenant-store.ts';

export interface PrincipalRow {
  readonly id: Uuid;
  readonly tenant_id: Uuid;
  readonly kind: Principal['kind'];
  readonly name: Uint8Array;
  readonly external_id: Uint8Array | null;
  readonly scopes: string;
  readonly state: Principal['state'];
  readonly created_at: number;
  readonly last_seen_at: number | null;
}

export const sealedFields = { name: 'principal.name', externalId: 'principal.externalId' } as const;

const scopesForm = z.array(z.string());

function scopesOf(row: PrincipalRow): string[] {
  return scopesForm.parse(JSON.parse(row.scopes));
}

/** What is sealed under a key that is gone shows as an empty name. */
export function toPrincipal(row: PrincipalRow, sealer: Pick<SubjectSealer, 'open'>): Principal {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: row.kind,
    name: sealer.open(row.id, sealedFields.name, row.name) ?? '',
    externalId:
      row.external_id === null ? null : sealer.open(row.id, sealedFields.externalId, row.external_id),
    state: row.state,
    scopes: scopesOf(row),
    createdAt: toRfc3339(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : toRfc3339(row.last_seen_at),
  };
}

/** A principal of this tenant; another tenant's is not found. Throws NOT_FOUND. */
export function requirePrincipal(control: Reading, tenantId: Uuid, principalId: Uuid): PrincipalRow {
  const row = control
    .sql<PrincipalRow>('SELECT * FROM principals WHERE id = ? AND tenant_id = ?')
    .get(principalId, tenantId);
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', 'The tenant has no such user or bot.', {
    kind: 'principal',
    id: principalId,
  });
}

export interface PrincipalFacts {
  readonly tenantId: Uuid;
  readonly state: Principal['state'];
  readonly scopes: readonly string[];
  readonly tenantState: Tenant['state'];
  readonly tier: Tier;
}

/** A principal and what its tenant allows it, by the principal's id alone. */
export function principalFacts(control: Reading, principalId: Uuid): PrincipalFacts | undefined {
  const row = control.sql<PrincipalRow>('SELECT * FROM principals WHERE id = ?').get(principalId);
  if (row === undefined) return undefined;
  const { state, tier } = requireTenant(control, row.tenant_id);
  return { tenantId: row.tenant_id, state: row.state, scopes: scopesOf(row), tenantState: state, tier };
}

/** Answers whether there was one. */
export function removePrincipalRow(transaction: Transaction, principalId: Uuid): boolean {
  return transaction.sql('DELETE FROM principals WHERE id = ?').run(principalId).changes > 0;
}
