import type { Clock } from '../../shared/clock.ts';
import type { Verification } from '../../shared/contract/auth.ts';
import { uuid } from '../../shared/contract/values.ts';
import { intersectScopes } from '../../shared/scopes.ts';
import { tierRules } from '../../shared/tiers.ts';
import { sameMac } from '../secrets/same-mac.ts';
import type { Statement, Store } from '../storage/store.ts';
import { parseSecretText } from './api-key-format.ts';
import type { ApiKeyMac, BoundFields } from './api-key-mac.ts';
import { scopesOf } from './api-key-store.ts';
import type { LastUsed } from './last-used.ts';
import type { PrincipalDirectory, PrincipalFacts } from './needs.ts';

export interface ApiKeyVerificationOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly mac: ApiKeyMac;
  readonly principals: PrincipalDirectory;
  readonly lastUsed: LastUsed;
}

interface StoredKey extends BoundFields {
  readonly mac: Uint8Array;
  readonly revokedAt: number | null;
}

const mostKept = 1000;

const noOne = uuid.parse('00000000-0000-7000-8000-000000000000');

/** Compared with where there is no such key, so that it costs the same. */
const decoy: StoredKey = {
  mac: new Uint8Array(32),
  id: noOne,
  tenantId: noOne,
  principalId: noOne,
  scopes: null,
  createdAt: 1_000_000_000_000,
  expiresAt: 1_000_000_000_000,
  revokedAt: null,
};

/** Tells good keys from bad ones, thousands in a second, without writing anything. */
export class ApiKeyVerification {
  readonly #options: ApiKeyVerificationOptions;
  readonly #find: Statement<StoredKey>;
  /** Intersections by their two sides: there are few, and each verification needs one. */
  readonly #effective = new Map<string, readonly string[]>();

  constructor(options: ApiKeyVerificationOptions) {
    this.#options = options;
    this.#find = options.control.sql<StoredKey>(
      `SELECT mac, id, tenant_id AS tenantId, principal_id AS principalId, scopes, created_at AS createdAt,
         expires_at AS expiresAt, revoked_at AS revokedAt
       FROM api_key WHERE lookup = ?`,
    );
  }

  /** Why a key does not serve is said only to those who have the whole of it. */
  verify(text: string): Verification {
    const { clock, mac, principals, lastUsed } = this.#options;
    const key = parseSecretText('hfk', text);
    if (key === undefined) return notValid();
    const stored = this.#find.get(key.lookup);
    const compared = stored ?? decoy;
    const same = sameMac(mac.of(text, compared), compared.mac);
    if (stored === undefined || !same) return notValid();
    const now = clock.now();
    const principal = principals.find(stored.principalId);
    const reason = reasonAgainst(stored, principal, now);
    const { principalId, tenantId } = stored;
    if (reason !== null || principal === undefined) {
      return { valid: false, reason: reason ?? 'inactive', principalId, tenantId, scopes: [] };
    }
    lastUsed.note(key.lookup, now);
    const scopes = [...this.#scopes(stored.scopes, principal.scopes)];
    return { valid: true, reason: null, principalId, tenantId, scopes };
  }

  #scopes(ofKey: string | null, ofPrincipal: readonly string[]): readonly string[] {
    if (ofKey === null) return ofPrincipal;
    const sides = `${ofKey} ${ofPrincipal.join(' ')}`;
    const kept = this.#effective.get(sides);
    if (kept !== undefined) return kept;
    const scopes = intersectScopes(scopesOf(ofKey), ofPrincipal);
    if (this.#effective.size >= mostKept) this.#effective.clear();
    this.#effective.set(sides, scopes);
    return scopes;
  }
}

/** A tenant whose tier has no keys any more keeps them, frozen, until it has again. */
function reasonAgainst(
  { expiresAt, revokedAt, tenantId }: StoredKey,
  principal: PrincipalFacts | undefined,
  now: number,
): 'revoked' | 'expired' | 'inactive' | null {
  if (revokedAt !== null) return 'revoked';
  if (now >= expiresAt) return 'expired';
  const active =
    principal?.state === 'active' &&
    principal.tenantState === 'active' &&
    principal.tenantId === tenantId &&
    tierRules[principal.tier].apiKeys !== 'none';
  return active ? null : 'inactive';
}

function notValid(): Verification {
  return { valid: false, reason: 'not-valid', principalId: null, tenantId: null, scopes: [] };
}
