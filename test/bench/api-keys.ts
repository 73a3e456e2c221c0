// How fast API keys verify among 200,000, against what cannot be saved: one SELECT by primary key and one HMAC.
import { createHmac, createSecretKey, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSecretText } from '../../main/auth/api-key-format.ts';
import { ApiKeyMac } from '../../main/auth/api-key-mac.ts';
import { insertApiKey } from '../../main/auth/api-key-store.ts';
import { ApiKeyVerification } from '../../main/auth/api-key-verification.ts';
import { LastUsed } from '../../main/auth/last-used.ts';
import type { PrincipalDirectory, PrincipalFacts } from '../../main/auth/needs.ts';
import { base } from '../../main/storage/migrations/control/0001-base.ts';
import { apiKeys } from '../../main/storage/migrations/control/0004-api-keys.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { type Uuid, uuidSource } from '../../shared/ids.ts';

const keyCount = 200_000;
const principalCount = 5000;
const rounds = 5;
const perRound = 40_000;

const principal = {
  number: 3,
  name: 'bench-principal',
  sql: `CREATE TABLE bench_principal (id TEXT NOT NULL PRIMARY KEY, tenant_id TEXT NOT NULL, scopes TEXT NOT NULL)
    STRICT, WITHOUT ROWID;`,
};
const migrations = [base, { ...apiKeys, number: 2 }, principal];
const clock = { now: () => Date.now(), monotonicMicros: () => Math.round(performance.now() * 1000) };
const ids = uuidSource(clock.now, randomBytes);
const folder = mkdtempSync(join(tmpdir(), 'bench-keys-'));
const store = await openStore({
  file: join(folder, 'control.db'),
  name: 'control',
  migrations,
  clock,
  createIfMissing: true,
});

try {
  const pepper = randomBytes(32);
  const mac = new ApiKeyMac(() => pepper);
  const tenantId = ids.uuid();
  const principals = Array.from({ length: principalCount }, () => ids.uuid());
  await store.write((transaction) => {
    const insert = transaction.sql('INSERT INTO bench_principal (id, tenant_id, scopes) VALUES (?, ?, ?)');
    for (const id of principals) insert.run(id, tenantId, '["data:*"]');
  });
  const texts: string[] = [];
  while (texts.length < keyCount) {
    await store.write((transaction) => {
      for (let n = 0; n < 2000; n += 1) {
        const { text, lookup } = newSecretText('hfk', randomBytes);
        const createdAt = clock.now();
        const row = {
          id: ids.uuid(),
          lookup,
          tenantId,
          principalId: principals[texts.length % principalCount] ?? tenantId,
          scopes: n % 2 === 0 ? null : '["data:read","data:write"]',
          createdAt,
          expiresAt: createdAt + 86_400_000,
          revokedAt: null,
          lastUsedAt: null,
        };
        insertApiKey(transaction, row, mac.of(text));
        texts.push(text);
      }
    });
  }

  const findPrincipal = store.sql<{ tenantId: Uuid; scopes: string }>(
    'SELECT tenant_id AS tenantId, scopes FROM bench_principal WHERE id = ?',
  );
  const find = (id: Uuid): PrincipalFacts | undefined => {
    const found = findPrincipal.get(id);
    if (found === undefined) return undefined;
    const scopes: string[] = JSON.parse(found.scopes);
    return { tenantId: found.tenantId, scopes, state: 'active', tenantState: 'active', tier: 'enterprise' };
  };
  const kept = new Map(principals.map((id) => [id, find(id)]));
  const lastUsed = new LastUsed(store, (error) => console.error(error));
  const verifier = (principals: PrincipalDirectory) =>
    new ApiKeyVerification({ control: store, clock, mac, principals, lastUsed });
  const stored = verifier({ find });
  const inMemory = verifier({ find: (id) => kept.get(id) });
  const bare = store.sql('SELECT * FROM api_key WHERE lookup = ?');
  const key = createSecretKey(pepper);

  const asked = Array.from({ length: perRound }, () => texts[randomInt(keyCount)] ?? '');
  const rate = (each: (text: string) => unknown) => {
    const from = performance.now();
    for (const text of asked) each(text);
    return (perRound / (performance.now() - from)) * 1000;
  };
  const yardstick = () =>
    rate((text) => {
      bare.get(text.slice(4, 21));
      createHmac('sha256', key).update(text).digest();
    });
  const verifying = (verification: ApiKeyVerification) => () =>
    rate((text) => {
      if (!verification.verify(text).valid) throw new TypeError('a good key was refused');
    });
  const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
  const perSecond = (numbers: number[]) => `${Math.round(median(numbers)).toLocaleString('en')}/s`;

  yardstick();
  for (const [name, run] of [
    ['principals read from the database', verifying(stored)],
    ['principals in memory', verifying(inMemory)],
  ] as const) {
    run();
    const pairs = Array.from({ length: rounds }, () => ({ bare: yardstick(), verify: run() }));
    const ratio = median(pairs.map(({ bare, verify }) => verify / bare)).toFixed(2);
    const rates = pairs.map(({ verify }) => verify);
    const bareRates = pairs.map(({ bare }) => bare);
    console.log(
      `api-key verify among ${keyCount}, ${name}: ${ratio} of bare SELECT + HMAC ` +
        `(${perSecond(rates)} against ${perSecond(bareRates)})`,
    );
  }
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
