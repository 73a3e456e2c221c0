import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { ApiKey } from '../../shared/contract/auth.ts';
import { uuid } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import { grants, parseScope } from '../../shared/scopes.ts';
import { tierRules } from '../../shared/tiers.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store } from '../storage/store.ts';
import { newSecretText } from './api-key-format.ts';
import type { ApiKeyMac } from './api-key-mac.ts';
import {
  type ApiKeyRow,
  findApiKey,
  insertApiKey,
  markRevoked,
  scopesOf,
  selectApiKeys,
} from './api-key-store.ts';
import type { LastUsed } from './last-used.ts';
import type { PrincipalDirectory, PrincipalFacts } from './needs.ts';

export interface ApiKeysOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: (length: number) => Uint8Array;
  readonly mac: ApiKeyMac;
  readonly principals: PrincipalDirectory;
  /** The tenant that an id or slug names, if there is one. */
  readonly tenantId: (reference: string) => Uuid | undefined;
  readonly lastUsed: LastUsed;
}

export interface NewApiKey {
  readonly principalId: Uuid;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresInMs: number;
}

export interface ApiKeyFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly tenant?: string | undefined;
  readonly principalId?: Uuid | undefined;
}

/** Keys as operators manage them. */
export class ApiKeys {
  readonly #options: ApiKeysOptions;

  constructor(options: ApiKeysOptions) {
    this.#options = options;
  }

  /**
   * Makes a key; its text is in this answer and nowhere else. Without scopes it has all that its principal has, at
   * any time. Errors: NOT_FOUND, CONFLICT (`inactive`), TIER_FORBIDS, VALIDATION (scopes).
   */
  async generate(input: NewApiKey, operation: Operation): Promise<ApiKey & { key: string }> {
    const { control, clock, ids, random, mac } = this.#options;
    const { principalId, expiresInMs } = input;
    const { text, lookup } = newSecretText('hfk', random);
    const row = await control.write((transaction) => {
      const principal = this.#principal(principalId);
      const { tenantId } = principal;
      operation.describe({ tenantId });
      const scopes = acceptableScopes(input.scopes, principal);
      const createdAt = clock.now();
      const made: ApiKeyRow = {
        id: ids.uuid(),
        lookup,
        tenantId,
        principalId,
        scopes: scopes === null ? null : JSON.stringify(scopes),
        createdAt,
        expiresAt: createdAt + expiresInMs,
        revokedAt: null,
        lastUsedAt: null,
      };
      insertApiKey(transaction, made, mac.of(text, made));
      operation.record(transaction, {
        tenantId,
        resource: { kind: 'api-key', id: made.id },
        after: { principalId, scopes, expiresAt: made.expiresAt },
        facts: { lookup, expiresAt: made.expiresAt, scoped: scopes !== null },
      });
      return made;
    });
    return { ...this.#apiKeyOf(row), key: text };
  }

  /** In the order in which they were made. Errors: NOT_FOUND (tenant), VALIDATION (cursor). */
  list({ limit, cursor, tenant, principalId }: ApiKeyFilter): Page<ApiKey> {
    const { control, tenantId: resolve } = this.#options;
    const tenantId = tenant === undefined ? undefined : resolve(tenant);
    if (tenant !== undefined && tenantId === undefined) throw notFound('tenant', tenant);
    const filter = { list: 'api-keys', tenantId, principalId };
    const [after] = decodeCursor(cursor, filter, z.tuple([uuid])) ?? [];
    const rows = selectApiKeys(control, { tenantId, principalId, after, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      filter,
      (row) => this.#apiKeyOf(row),
      (row) => [row.id],
    );
  }

  /** From the next verification on the key is refused. Errors: NOT_FOUND, CONFLICT (`already-revoked`). */
  async revoke(id: Uuid, operation: Operation): Promise<ApiKey> {
    const { control, clock } = this.#options;
    operation.describe({ resource: { kind: 'api-key', id } });
    const row = await control.write((transaction) => {
      const found = findApiKey(transaction, id);
      if (found === undefined) throw notFound('api-key', id);
      const { tenantId, revokedAt, lookup } = found;
      operation.describe({ tenantId });
      if (revokedAt !== null) {
        throw new HoldfastError('CONFLICT', `This key was revoked at ${toRfc3339(revokedAt)}.`, {
          reason: 'already-revoked',
        });
      }
      const now = clock.now();
      markRevoked(transaction, id, now);
      operation.record(transaction, {
        tenantId,
        resource: { kind: 'api-key', id },
        before: { revokedAt: null },
        after: { revokedAt: now },
        facts: { lookup },
      });
      return { ...found, revokedAt: now };
    });
    return this.#apiKeyOf(row);
  }

  #principal(id: Uuid): PrincipalFacts {
    const principal = this.#options.principals.find(id);
    if (principal === undefined) throw notFound('principal', id);
    const { state, tenantState } = principal;
    if (state !== 'active' || tenantState !== 'active') {
      const what = state === 'active' ? 'tenant is suspended' : 'principal is disabled';
      throw new HoldfastError('CONFLICT', `The ${what}, so its keys would not serve. Activate it first.`, {
        reason: 'inactive',
      });
    }
    return principal;
  }

  #apiKeyOf(row: ApiKeyRow): ApiKey {
    const { id, lookup, tenantId, principalId, createdAt, expiresAt, revokedAt, lastUsedAt } = row;
    const { principals, lastUsed } = this.#options;
    const scopes = row.scopes === null ? (principals.find(principalId)?.scopes ?? []) : scopesOf(row.scopes);
    const time = (at: number | null) => (at === null ? null : toRfc3339(at));
    return {
      id,
      lookup,
      tenantId,
      principalId,
      scopes: [...scopes],
      createdAt: toRfc3339(createdAt),
      expiresAt: toRfc3339(expiresAt),
      revokedAt: time(revokedAt),
      lastUsedAt: time(lastUsed.of(lookup) ?? lastUsedAt),
    };
  }
}

/** Null for all that the principal has. */
function acceptableScopes(
  asked: readonly string[] | undefined,
  { tier, scopes: granted }: PrincipalFacts,
): readonly string[] | null {
  const { apiKeys } = tierRules[tier];
  if (apiKeys === 'none') {
    throw new HoldfastError(
      'TIER_FORBIDS',
      `The tier ${tier} has no API keys. Change the tenant's tier first.`,
      {
        tier,
        feature: 'apiKeys',
      },
    );
  }
  if (asked === undefined) return null;
  if (apiKeys === 'plain') {
    throw new HoldfastError(
      'TIER_FORBIDS',
      `In the tier ${tier} a key has all the scopes of its principal. Leave the scopes out, or change the tier.`,
      { tier, feature: 'scopedApiKeys' },
    );
  }
  const issues = asked.flatMap((scope, index) => {
    if (parseScope(scope) === null) return [{ path: `scopes.${index}`, reason: 'not-a-scope' }];
    return grants(granted, scope) ? [] : [{ path: `scopes.${index}`, reason: 'not-granted' }];
  });
  if (asked.length === 0) issues.push({ path: 'scopes', reason: 'empty' });
  if (issues.length > 0) {
    throw new HoldfastError(
      'VALIDATION',
      `Every scope of a key has to be one of its principal's: ${granted.join(', ') || 'it has none'}.`,
      { issues },
    );
  }
  return [...new Set(asked)].sort();
}

function notFound(kind: 'tenant' | 'principal' | 'api-key', id: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no ${kind} ${id}.`, { kind, id });
}
