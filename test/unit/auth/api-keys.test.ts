import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AdvancedAuth } from '../../../main/auth/advanced-auth.ts';
import { newSecretText } from '../../../main/auth/api-key-format.ts';
import type { PrincipalFacts } from '../../../main/auth/needs.ts';
import { apiKey, verification } from '../../../shared/contract/auth.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuthStand, authStand } from '../../doubles/auth.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A key that only its secret gives away. */
function withChecksum(body: string): string {
  let value = crc32(body);
  let digits = '';
  for (let count = 0; count < 6; count += 1) {
    digits = alphabet.charAt(value % 62) + digits;
    value = Math.floor(value / 62);
  }
  return `${body}_${digits}`;
}

let stand: AuthStand;
let bot: Uuid;
let tenant: Uuid;
const day = 86_400_000;

beforeEach(async () => {
  stand = await authStand();
  bot = stand.ids.uuid();
  tenant = stand.ids.uuid();
  stand.tenants.set('acme', tenant);
  be({});
});
afterEach(() => stand.close());

function be(facts: Partial<PrincipalFacts>): void {
  const usual = { tenantId: tenant, state: 'active', tenantState: 'active', tier: 'enterprise' } as const;
  stand.principals.set(bot, { ...usual, scopes: ['data:*', 'files:read'], ...facts });
}
const generate = (scopes?: string[], expiresInMs = 90 * day) =>
  stand.auth.generateApiKey({ principalId: bot, scopes, expiresInMs }, stand.operation('auth.key.create'));
const verify = (key: string) => {
  const answer = stand.auth.verifyApiKey({ key });
  expect(verification.parse(answer)).toEqual(answer);
  return answer;
};
const revoke = (keyId: Uuid) => stand.auth.revokeApiKey({ keyId }, stand.operation('auth.key.revoke'));
const refused = (code: string, data: object) =>
  expect.objectContaining({ code, data: expect.objectContaining(data) });

test('a key verifies with its scopes, and its text is nowhere but in the answer', async () => {
  const { key, ...made } = await generate(['data:read', 'files:read']);
  expect(withChecksum(key.slice(0, -7))).toBe(key);
  expect(apiKey.parse(made)).toEqual(made);
  expect(verify(key)).toEqual({
    valid: true,
    reason: null,
    principalId: bot,
    tenantId: tenant,
    scopes: ['data:read', 'files:read'],
  });
  const secret = key.slice(22, 65);
  const rows = stand.store.sql<Record<string, unknown>>('SELECT * FROM api_key').all();
  const drafts = stand.store.sql<{ draft: Buffer }>('SELECT draft FROM outbox').all();
  const kept = [
    ...rows.flatMap((row) => Object.values(row).map((value) => Buffer.from(String(value)))),
    ...drafts.map(({ draft }) => Buffer.from(draft)),
  ];
  expect(kept.some((value) => value.includes(secret))).toBe(false);
  expect(stand.entries).toMatchObject([
    { action: 'auth.key.create', tenantId: tenant, resource: { kind: 'api-key', id: made.id } },
  ]);
});

test('every wrong key has the same answer', async () => {
  const { key, id, lookup } = await generate();
  const expired = await generate(undefined, 60_000);
  await revoke(id);
  stand.clock.advance(60_000);
  const unknown = newSecretText('hfk', randomBytes);
  const otherSecret = unknown.text.slice(22, 65);
  const wrong = [
    '',
    'x',
    key.slice(0, -1),
    `${key}0`,
    key.replace('hfk', 'hfr'),
    unknown.text,
    `${key.slice(0, 65)}_000000`,
    withChecksum(`hfk_${lookup}_${otherSecret}`),
    withChecksum(`hfk_${expired.lookup}_${otherSecret}`),
    withChecksum(`hfk_${expired.lookup}_${key.slice(22, 65)}`),
  ];
  const answers = new Set(wrong.map((each) => JSON.stringify(verify(each))));
  expect([...answers]).toEqual([
    JSON.stringify({ valid: false, reason: 'not-valid', principalId: null, tenantId: null, scopes: [] }),
  ]);
});

test('why a key does not serve is told to its holder only', async () => {
  const { key, id } = await generate();
  be({ state: 'disabled' });
  expect(verify(key)).toEqual({
    valid: false,
    reason: 'inactive',
    principalId: bot,
    tenantId: tenant,
    scopes: [],
  });
  be({ tenantState: 'suspended' });
  expect(verify(key).reason).toBe('inactive');
  be({ tenantId: stand.ids.uuid() });
  expect(verify(key).reason).toBe('inactive');
  stand.principals.delete(bot);
  expect(verify(key).reason).toBe('inactive');
  be({});
  stand.clock.advance(90 * day - 1);
  expect(verify(key).valid).toBe(true);
  stand.clock.advance(1);
  expect(verify(key).reason).toBe('expired');
  await revoke(id);
  expect(verify(key).reason).toBe('revoked');
});

test('whoever writes the database without the pepper plants no key', async () => {
  const { key } = await generate();
  const elsewhere = new AdvancedAuth({ ...stand.options, pepper: () => new Uint8Array(32) });
  expect(elsewhere.verifyApiKey({ key }).reason).toBe('not-valid');
});

test('whoever edits a key with an SQLite tool makes it serve nobody', async () => {
  const other = stand.ids.uuid();
  stand.principals.set(other, {
    tenantId: stand.ids.uuid(),
    state: 'active',
    tenantState: 'active',
    tier: 'enterprise',
    scopes: ['data:*'],
  });
  const otherTenant = stand.principals.get(other)?.tenantId;
  const changes = [
    `id = '${stand.ids.uuid()}'`,
    `principal_id = '${other}', tenant_id = '${otherTenant}'`,
    `principal_id = '${other}'`,
    'scopes = NULL',
    `scopes = '["data:*"]'`,
    `scopes = '["data:read" ]'`,
    'scopes = 1',
    'created_at = created_at + 1',
    'expires_at = expires_at + 86400000',
    'mac = zeroblob(32)',
  ];
  for (const change of changes) {
    const { key, id } = await generate(['data:read']);
    expect(verify(key).valid).toBe(true);
    stand.edit(`UPDATE api_key SET ${change} WHERE id = '${id}'`);
    expect([change, verify(key)]).toEqual([
      change,
      { valid: false, reason: 'not-valid', principalId: null, tenantId: null, scopes: [] },
    ]);
  }
  const [first, second] = [await generate(['data:read']), await generate()];
  stand.edit(
    `UPDATE api_key SET mac = (SELECT mac FROM api_key WHERE id = '${second.id}') WHERE id = '${first.id}'`,
  );
  expect(verify(first.key).reason).toBe('not-valid');
  expect(verify(second.key).valid).toBe(true);
});

test('effective scopes are what the principal has and the key has, now', async () => {
  const scoped = await generate(['data:*', 'files:read']);
  const plain = await generate();
  be({ scopes: ['data:read', 'audit:write'] });
  expect(verify(scoped.key).scopes).toEqual(['data:read']);
  expect(verify(plain.key).scopes).toEqual(['data:read', 'audit:write']);
  be({ scopes: [] });
  expect(verify(scoped.key)).toMatchObject({ valid: true, scopes: [] });
});

test('scopes outside the principal, outside the grammar, or none at all are refused by place', async () => {
  await expect(generate(['data:read', 'files:write', 'nonsense'])).rejects.toEqual(
    refused('VALIDATION', {
      issues: [
        { path: 'scopes.1', reason: 'not-granted' },
        { path: 'scopes.2', reason: 'not-a-scope' },
      ],
    }),
  );
  await expect(generate([])).rejects.toEqual(refused('VALIDATION', {}));
  be({ scopes: ['data:read'] });
  await expect(generate(['data:*'])).rejects.toEqual(refused('VALIDATION', {}));
  expect(stand.entries).toEqual([]);
});

test('the tier decides: none, plain, scoped', async () => {
  be({ tier: 'free' });
  await expect(generate()).rejects.toEqual(refused('TIER_FORBIDS', { tier: 'free', feature: 'apiKeys' }));
  be({ tier: 'standard' });
  await expect(generate(['data:read'])).rejects.toEqual(
    refused('TIER_FORBIDS', { feature: 'scopedApiKeys' }),
  );
  const plain = await generate();
  be({ tier: 'professional' });
  const scoped = await generate(['data:read']);
  be({ tier: 'standard' });
  expect(verify(scoped.key).scopes).toEqual(['data:read']);
  be({ tier: 'free' });
  expect([verify(plain.key).reason, verify(scoped.key).reason]).toEqual(['inactive', 'inactive']);
  be({});
  expect([verify(plain.key).valid, verify(scoped.key).valid]).toEqual([true, true]);
});

test('no key for a principal that is missing or inactive', async () => {
  be({ state: 'disabled' });
  await expect(generate()).rejects.toEqual(refused('CONFLICT', { reason: 'inactive' }));
  be({ tenantState: 'suspended' });
  await expect(generate()).rejects.toEqual(refused('CONFLICT', { reason: 'inactive' }));
  stand.principals.delete(bot);
  await expect(generate()).rejects.toEqual(refused('NOT_FOUND', { kind: 'principal', id: bot }));
});

test('revoking is audited, once', async () => {
  const { id } = await generate();
  const revoked = await revoke(id);
  expect(revoked.revokedAt).not.toBeNull();
  await expect(revoke(id)).rejects.toEqual(refused('CONFLICT', { reason: 'already-revoked' }));
  await expect(revoke(bot)).rejects.toEqual(refused('NOT_FOUND', { kind: 'api-key' }));
  expect(stand.entries.map(({ action }) => action)).toEqual(['auth.key.create', 'auth.key.revoke']);
});

test('keys are listed by tenant, principal and page', async () => {
  const made: Uuid[] = [];
  for (let n = 0; n < 3; n += 1) made.push((await generate()).id);
  const first = stand.auth.listApiKeys({ limit: 2, tenant: 'acme' });
  const rest = stand.auth.listApiKeys({ limit: 2, tenant: 'acme', cursor: first.next ?? '' });
  expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(made);
  expect(rest.next).toBeNull();
  expect(stand.auth.listApiKeys({ limit: 9, principalId: stand.ids.uuid() }).items).toEqual([]);
  expect(stand.auth.listApiKeys({ limit: 9, principalId: bot }).items[0]?.scopes).toEqual([
    'data:*',
    'files:read',
  ]);
  expect(() => stand.auth.listApiKeys({ limit: 9, tenant: 'nobody' })).toThrow(refused('NOT_FOUND', {}));
  expect(() => stand.auth.listApiKeys({ limit: 9, cursor: first.next ?? '' })).toThrow(
    refused('VALIDATION', {}),
  );
});

test('last use is seen at once, stored every 30 s and at stop, and never costs a verification a write', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { key, id } = await generate();
    const stored = () =>
      stand.store.sql<{ at: number | null }>('SELECT last_used_at AS at FROM api_key WHERE id = ?').get(id)
        ?.at;
    const listed = () => stand.auth.listApiKeys({ limit: 1 }).items[0]?.lastUsedAt;
    await stand.auth.start();
    const seq = () => stand.store.sql<{ seq: number }>('SELECT seq FROM commit_clock').get()?.seq;
    const before = seq();
    for (let n = 0; n < 100; n += 1) verify(key);
    verify(`${key}x`);
    const first = stand.clock.now();
    expect([seq(), stored(), listed()]).toEqual([before, null, new Date(first).toISOString()]);
    vi.advanceTimersByTime(30_000);
    await vi.waitFor(() => expect(stored()).toBe(first));
    stand.clock.advance(1000);
    verify(key);
    await stand.auth.stop();
    expect(stored()).toBe(first + 1000);
  } finally {
    vi.useRealTimers();
  }
});

test('without a pepper nothing is made and nothing verifies', async () => {
  const { key } = await generate();
  const locked = new HoldfastError('KEYCHAIN_UNAVAILABLE', 'locked');
  const auth = new AdvancedAuth({
    ...stand.options,
    pepper: () => {
      throw locked;
    },
  });
  expect(() => auth.verifyApiKey({ key })).toThrow(locked);
  await expect(
    auth.generateApiKey({ principalId: bot, expiresInMs: day }, stand.operation('auth.key.create')),
  ).rejects.toBe(locked);
});
