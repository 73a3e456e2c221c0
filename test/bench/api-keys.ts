// Verifying API keys among 200,000, against what cannot be saved: one SELECT by primary key and one HMAC.
import { createHmac, createSecretKey, randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { newSecretText } from '../../main/auth/api-key-format.ts';
import { ApiKeyMac } from '../../main/auth/api-key-mac.ts';
import { insertApiKey } from '../../main/auth/api-key-store.ts';
import { ApiKeyVerification } from '../../main/auth/api-key-verification.ts';
import { LastUsed } from '../../main/auth/last-used.ts';
import type { PrincipalDirectory } from '../../main/auth/needs.ts';
import { base } from '../../main/storage/migrations/control/0001-base.ts';
import { apiKeys } from '../../main/storage/migrations/control/0004-api-keys.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import { inFolder } from './harness/raw-database.ts';
import { type Bench, perSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const keyCount = 200_000;
const principalCount = 5000;
const rounds = 5;
const askedARound = 40_000;
/** As many requests as a service answers before its event loop turns. */
const askedAtOnce = 100;

const clock = systemClock;
const ids = systemIds(clock);

const principalTable = {
  number: 3,
  name: 'bench-principal',
  sql: `CREATE TABLE bench_principal (id TEXT NOT NULL PRIMARY KEY, tenant_id TEXT NOT NULL, scopes TEXT NOT NULL)
    STRICT, WITHOUT ROWID;`,
};

async function run(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const store = await openStore({
      file: join(folder, 'control.db'),
      name: 'control',
      migrations: [base, { ...apiKeys, number: 2 }, principalTable],
      clock,
      createIfMissing: true,
    });
    try {
      await measure(report, store);
    } finally {
      await store.close();
    }
  });
}

async function measure(report: Report, store: OpenStore): Promise<void> {
  const pepper = randomBytes(32);
  const mac = new ApiKeyMac(() => pepper);
  const texts = await fill(store, mac);
  const verification = new ApiKeyVerification({
    control: store,
    clock,
    mac,
    principals: directoryIn(store),
    lastUsed: new LastUsed(store, (error) => console.error(error)),
  });
  const bare = store.sql('SELECT * FROM api_key WHERE lookup = ?');
  const key = createSecretKey(pepper);
  const asked = Array.from({ length: askedARound }, () => texts[randomInt(keyCount)] ?? '');
  const each = async (use: (text: string) => void) => {
    for (let from = 0; from < asked.length; from += askedAtOnce) {
      for (const text of asked.slice(from, from + askedAtOnce)) use(text);
      await new Promise(setImmediate);
    }
  };
  const watch = new StallWatch();
  const times = await inTurn(
    {
      bare: () =>
        timed(() =>
          each((text) => {
            bare.get(text.slice(4, 21));
            createHmac('sha256', key).update(text).digest();
          }),
        ),
      verify: () =>
        watch.during(() =>
          timed(() =>
            each((text) => {
              if (!verification.verify(text).valid) throw new TypeError('a good key was refused');
            }),
          ),
        ),
    },
    { rounds, warmUp: 1 },
  );
  report.line({
    what: `API key: verify one of ${keyCount.toLocaleString('en')}`,
    ratio: speedOf(times.bare, times.verify),
    computing: speedOf(times.bare, times.verify, 'computing'),
    yardstick: 'SELECT by primary key and HMAC',
    measured: perSecond(askedARound, median(times.verify)),
    against: perSecond(askedARound, median(times.bare)),
    stalls: watch.stalls,
  });
}

async function fill(store: OpenStore, mac: ApiKeyMac): Promise<string[]> {
  const tenantId = ids.uuid();
  const principals = Array.from({ length: principalCount }, () => ids.uuid());
  const texts: string[] = [];
  await store.write((transaction) => {
    const insert = transaction.sql('INSERT INTO bench_principal (id, tenant_id, scopes) VALUES (?, ?, ?)');
    for (const id of principals) insert.run(id, tenantId, '["data:*"]');
    const createdAt = clock.now();
    while (texts.length < keyCount) {
      const { text, lookup } = newSecretText('hfk', randomBytes);
      const row = {
        id: ids.uuid(),
        lookup,
        tenantId,
        principalId: principals[texts.length % principalCount] ?? tenantId,
        scopes: texts.length % 2 === 0 ? null : '["data:read","data:write"]',
        createdAt,
        expiresAt: createdAt + 86_400_000,
        revokedAt: null,
        lastUsedAt: null,
      };
      insertApiKey(transaction, row, mac.of(text, row));
      texts.push(text);
    }
  });
  return texts;
}

function directoryIn(store: OpenStore): PrincipalDirectory {
  const find = store.sql<{ tenantId: Uuid; scopes: string }>(
    'SELECT tenant_id AS tenantId, scopes FROM bench_principal WHERE id = ?',
  );
  return {
    find(id) {
      const found = find.get(id);
      if (found === undefined) return undefined;
      const scopes: string[] = JSON.parse(found.scopes);
      return { tenantId: found.tenantId, scopes, state: 'active', tenantState: 'active', tier: 'enterprise' };
    },
  };
}

export const bench: Bench = { name: 'api-keys', run };
