import { z } from 'zod';
import { uuid } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Reading, Transaction } from '../storage/store.ts';

const apiKeyRow = z.object({
  id: uuid,
  lookup: z.string(),
  tenantId: uuid,
  principalId: uuid,
  /** A JSON list, or null for all that the principal has. */
  scopes: z.string().nullable(),
  createdAt: z.number(),
  expiresAt: z.number(),
  revokedAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
});

/** A row of the table `api_key` without its MAC; times are epoch milliseconds. */
export type ApiKeyRow = z.infer<typeof apiKeyRow>;

const columns = `id, lookup, tenant_id AS tenantId, principal_id AS principalId, scopes,
  created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt, last_used_at AS lastUsedAt`;

const scopeList = z.array(z.string());

export function scopesOf(text: string): readonly string[] {
  return scopeList.parse(JSON.parse(text));
}

export function insertApiKey(transaction: Transaction, row: ApiKeyRow, mac: Uint8Array): void {
  transaction
    .sql(
      `INSERT INTO api_key (id, lookup, mac, tenant_id, principal_id, scopes, created_at, expires_at, revoked_at,
         last_used_at)
       VALUES ($id, $lookup, $mac, $tenantId, $principalId, $scopes, $createdAt, $expiresAt, $revokedAt, $lastUsedAt)`,
    )
    .run({ ...row, mac });
}

export function findApiKey(reading: Reading, id: Uuid): ApiKeyRow | undefined {
  const row = reading.sql(`SELECT ${columns} FROM api_key WHERE id = ?`).get(id);
  return row === undefined ? undefined : apiKeyRow.parse(row);
}

export interface ApiKeySelection {
  readonly tenantId: Uuid | undefined;
  readonly principalId: Uuid | undefined;
  readonly after: Uuid | undefined;
  readonly limit: number;
}

/** In the order of their ids, which is the order in which they were made. */
export function selectApiKeys(reading: Reading, selection: ApiKeySelection): ApiKeyRow[] {
  const { tenantId, principalId, after, limit } = selection;
  const ofTenant = tenantId === undefined ? '' : 'AND tenant_id = $tenantId';
  const ofPrincipal = principalId === undefined ? '' : 'AND principal_id = $principalId';
  return reading
    .sql(
      `SELECT ${columns} FROM api_key WHERE id > $after ${ofTenant} ${ofPrincipal} ORDER BY id LIMIT $limit`,
    )
    .all({
      after: after ?? '',
      limit,
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(principalId === undefined ? {} : { principalId }),
    })
    .map((row) => apiKeyRow.parse(row));
}

export function markRevoked(transaction: Transaction, id: Uuid, now: number): void {
  transaction.sql('UPDATE api_key SET revoked_at = ? WHERE id = ?').run(now, id);
}

export function deleteApiKeysOf(transaction: Transaction, tenantId: Uuid): void {
  transaction.sql('DELETE FROM api_key WHERE tenant_id = ?').run(tenantId);
}

export function deleteApiKeysOfPrincipal(transaction: Transaction, principalId: Uuid): number {
  return transaction.sql('DELETE FROM api_key WHERE principal_id = ?').run(principalId).changes;
}

export function countApiKeysOfPrincipal(reading: Reading, principalId: Uuid): number {
  const sql = 'SELECT count(*) AS n FROM api_key WHERE principal_id = ?';
  return reading.sql<{ n: number }>(sql).get(principalId)?.n ?? 0;
}

export function storeLastUsed(transaction: Transaction, lookup: string, at: number): void {
  transaction
    .sql('UPDATE api_key SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE lookup = ?')
    .run(at, lookup);
}
