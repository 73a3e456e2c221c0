import { z } from 'zod';
import type { Principal } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import { defaultScopes, parseScope } from '../../../shared/scopes.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { EntryDetails, Operation } from '../../operations/operation.ts';
import { ConstraintError } from '../../storage/sqlite-errors.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { BlindIndex, SubjectSealer } from '../needs.ts';
import { quotaExceeded, refusedQuota } from '../registry/quota.ts';
import { requireActive, requireTenant, type TenantRow } from '../registry/tenant-store.ts';
import {
  type PrincipalRow,
  removePrincipalRow,
  requirePrincipal,
  sealedFields,
  toPrincipal,
} from './principal-store.ts';

export interface PrincipalPlaces {
  readonly control: Store;
  readonly ids: Ids;
  readonly sealer: SubjectSealer;
  readonly blindIndex: BlindIndex;
}

export interface CreatePrincipalInput {
  readonly tenant: string;
  readonly kind: Principal['kind'];
  readonly name: string;
  readonly externalId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/**
 * Adds a user or bot. Its key is durable before the row that is sealed under it. Errors: QUOTA_EXCEEDED, VALIDATION
 * (scopes), CONFLICT (external id taken within the tenant, or tenant suspended).
 */
export async function createPrincipal(
  { control, ids, sealer, blindIndex }: PrincipalPlaces,
  input: CreatePrincipalInput,
  operation: Operation,
): Promise<Principal> {
  const { id: tenantId } = requireActive(requireTenant(control, input.tenant));
  const scopes = requireScopes(input.scopes ?? defaultScopes);
  const id = ids.uuid();
  await sealer.create(id, tenantId);
  try {
    return await control.write((transaction) => {
      const tenant = requireActive(requireTenant(transaction, tenantId));
      const externalId = input.externalId ?? null;
      insert(transaction, tenant, input.kind, {
        id,
        tenantId,
        kind: input.kind,
        name: sealer.seal(id, sealedFields.name, input.name),
        nameIndex: blindIndex(`${tenantId}\0name\0${input.name}`),
        externalId: externalId === null ? null : sealer.seal(id, sealedFields.externalId, externalId),
        externalIndex: externalId === null ? null : externalIndex(blindIndex, tenantId, externalId),
        scopes: JSON.stringify(scopes),
        now: transaction.commit.time,
      });
      operation.record(transaction, {
        ...entryOf({ id, tenant_id: tenantId, kind: input.kind }),
        after: { state: 'active', scopes },
        facts: { kind: input.kind },
        personal: [{ subject: id, tenantId, field: 'res.name', value: input.name }],
      });
      return toPrincipal(requirePrincipal(transaction, tenantId, id), sealer);
    });
  } catch (error) {
    await sealer.destroy(id);
    throw error;
  }
}

/** In the order they were made. */
export function listPrincipals(
  { control, sealer }: Pick<PrincipalPlaces, 'control' | 'sealer'>,
  input: {
    tenant: string;
    limit: number;
    cursor?: string | undefined;
    kind?: Principal['kind'] | undefined;
  },
): Page<Principal> {
  const tenant = requireTenant(control, input.tenant);
  const filter = { tenant: tenant.id, kind: input.kind };
  const [after] = decodeCursor(input.cursor, filter, z.tuple([z.string()])) ?? [''];
  const rows = control
    .sql<PrincipalRow>(
      `SELECT * FROM principals WHERE tenant_id = @tenant AND (@kind IS NULL OR kind = @kind) AND id > @after
       ORDER BY id LIMIT @limit`,
    )
    .all({ tenant: tenant.id, kind: input.kind ?? null, after, limit: input.limit + 1 });
  return pageOf(
    rows,
    input.limit,
    filter,
    (row) => toPrincipal(row, sealer),
    (row) => [row.id],
  );
}

/** Disables or enables. Enabling within a suspended tenant is refused. Throws CONFLICT when it is in that state already. */
export function setPrincipalState(
  { control, sealer }: Pick<PrincipalPlaces, 'control' | 'sealer'>,
  input: { tenant: string; principalId: Uuid },
  state: Principal['state'],
  operation: Operation,
): Promise<Principal> {
  return control.write((transaction) => {
    const tenant = requireTenant(transaction, input.tenant);
    if (state === 'active') requireActive(tenant);
    const before = requirePrincipal(transaction, tenant.id, input.principalId);
    if (before.state === state) {
      throw new HoldfastError('CONFLICT', `The ${before.kind} is ${state} already.`, {
        reason: `already-${state}`,
        id: before.id,
      });
    }
    transaction.sql('UPDATE principals SET state = ? WHERE id = ?').run(state, before.id);
    operation.record(transaction, {
      ...entryOf(before),
      before: { state: before.state },
      after: { state },
      facts: { kind: before.kind },
    });
    return toPrincipal({ ...before, state }, sealer);
  });
}

/** Removes the row, then the key under which everything that names the person is sealed, in the log and in backups too. */
export async function deletePrincipal(
  { control, sealer }: Pick<PrincipalPlaces, 'control' | 'sealer'>,
  input: { tenant: string; principalId: Uuid },
  operation: Operation,
): Promise<{ id: Uuid }> {
  await control.write((transaction) => {
    const tenant = requireTenant(transaction, input.tenant);
    const before = requirePrincipal(transaction, tenant.id, input.principalId);
    removePrincipalRow(transaction, before.id);
    transaction.sql('INSERT OR IGNORE INTO doomed_subjects (subject_id) VALUES (?)').run(before.id);
    operation.record(transaction, {
      ...entryOf(before),
      before: { state: before.state },
      facts: { kind: before.kind },
    });
  });
  await destroyDoomedKeys({ control, sealer });
  return { id: input.principalId };
}

/** Destroys the keys of deleted principals; at start, those that a crash left. */
export async function destroyDoomedKeys({
  control,
  sealer,
}: Pick<PrincipalPlaces, 'control' | 'sealer'>): Promise<void> {
  const doomed = control.sql<{ subject_id: Uuid }>('SELECT subject_id FROM doomed_subjects').all();
  for (const { subject_id } of doomed) {
    await sealer.destroy(subject_id);
    await control.write((transaction) => {
      transaction.sql('DELETE FROM doomed_subjects WHERE subject_id = ?').run(subject_id);
    });
  }
}

function externalIndex(blindIndex: BlindIndex, tenantId: Uuid, externalId: string): Uint8Array {
  return blindIndex(`${tenantId}\0external-id\0${externalId}`);
}

function requireScopes(scopes: readonly string[]): string[] {
  const issues = scopes.flatMap((scope, index) =>
    parseScope(scope) === null ? [{ path: `scopes.${index}`, reason: 'form' }] : [],
  );
  if (issues.length === 0) return [...new Set(scopes)].sort();
  throw new HoldfastError(
    'VALIDATION',
    'A scope is written resource:action, or resource:* for all actions.',
    {
      issues,
    },
  );
}

function insert(
  transaction: Transaction,
  tenant: TenantRow,
  kind: Principal['kind'],
  row: { readonly [column: string]: string | number | Uint8Array | null },
): void {
  try {
    transaction
      .sql(
        `INSERT INTO principals
           (id, tenant_id, kind, name, name_index, external_id, external_index, scopes, state, created_at)
         VALUES (@id, @tenantId, @kind, @name, @nameIndex, @externalId, @externalIndex, @scopes, 'active', @now)`,
      )
      .run(row);
  } catch (error) {
    const quota = kind === 'bot' ? 'bots' : 'users';
    if (refusedQuota(error) === quota) {
      throw quotaExceeded({ quota, used: tenant[quota], limit: tenant[`${quota}_limit`] }, 1);
    }
    if (error instanceof ConstraintError && error.message.includes('external_index')) {
      throw new HoldfastError('CONFLICT', 'Another user or bot of the tenant has this external id.', {
        reason: 'external-id-taken',
      });
    }
    throw error;
  }
}

function entryOf({
  id,
  tenant_id,
  kind,
}: Pick<PrincipalRow, 'id' | 'tenant_id' | 'kind'>): Pick<EntryDetails, 'tenantId' | 'resource'> {
  return { tenantId: tenant_id, resource: { kind, id, person: kind === 'user' } };
}
