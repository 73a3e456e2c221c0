import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import type { Keychain } from '../../../main/secrets/keychain.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;
let keychain: Keychain;
let kept: Map<string, string>;

const data = () => join(folder, 'data');
async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}
/** What the keychain vouches for. */
function anchor(): { size: number; root: string } {
  const [, text = ''] = [...kept].find(([account]) => account.startsWith('anchor/')) ?? [];
  return JSON.parse(text);
}
async function reopen(): Promise<void> {
  suite = await EnterpriseSuite.open({ dataFolder: data(), keychain });
  await enter();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-contradicted-'));
  kept = new Map();
  keychain = {
    get: async (account) => kept.get(account) ?? null,
    set: async (account, text) => void kept.set(account, text),
    delete: async (account) => kept.delete(account),
  };
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: data(),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'keychain',
    keychain,
  }));
  await enter();
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);

test('a log that was put back stops changes until an owner takes it from there; backups go on', async () => {
  const { id: tenant } = await client.tenants.createTenant({ name: 'Acme', tier: 'standard' });
  const file = join(data(), 'audit.db');
  await suite.stop();
  copyFileSync(file, join(folder, 'older.db'));
  await reopen();
  await client.tenants.updateTenant({ tenant, name: 'Acme Ltd' });
  await suite.stop();
  copyFileSync(join(folder, 'older.db'), file);
  for (const rest of ['-wal', '-shm']) rmSync(`${file}${rest}`, { force: true });

  await reopen();
  expect((await client.suite.getStatus({})).log.contradicted).toBe(true);
  await expect(client.tenants.updateTenant({ tenant, name: 'Other' })).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { reason: 'log-contradicted' },
  });
  await client.backups.createBackup({ scope: { tenant } }).then(result);
  await client.tenants.suspendTenant({ tenant });
  const former = anchor();
  const { anchored, found } = await client.audit.acknowledgeAuditState({ reason: 'an old image' });
  expect(anchored).toBe(former.size);
  expect(found).toBeGreaterThan(0);
  // it follows at once, and not with the next entry
  expect(anchor()).not.toEqual(former);
  expect((await client.suite.getStatus({})).log.contradicted).toBe(false);
  await client.tenants.resumeTenant({ tenant });
  const { items } = await client.audit.getAuditTrail({ action: 'audit.acknowledge', order: 'oldest' });
  expect(items.map(({ phase, outcome }) => [phase, outcome])).toEqual([
    ['intent', 'unknown'],
    ['outcome', 'success'],
  ]);
  expect(items.at(-1)).toMatchObject({
    severity: 'critical',
    reason: 'an old image',
    facts: { anchored, anchoredRoot: former.root, found },
  });
  expect(items.at(-1)?.facts.foundRoot).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(items.at(-1)?.facts.foundRoot).not.toBe(former.root);
  await expect(client.audit.acknowledgeAuditState({ reason: 'again' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await suite.stop();
  await reopen();
  expect((await client.suite.getStatus({})).log.contradicted).toBe(false);
  expect(await client.audit.verifyAuditLog({}).then(result)).toMatchObject({ verdict: 'verified' });
});

test('an anchor that was deleted from the keychain stops changes; a keychain that is locked meanwhile is no such', async () => {
  await suite.stop();
  const account = [...kept.keys()].find((name) => name.startsWith('anchor/')) ?? '';
  kept.delete(account);
  await reopen();
  expect((await client.suite.getStatus({})).log).toMatchObject({
    contradicted: true,
    horizon: { witness: 'none', size: 0 },
  });
  await expect(client.tenants.createTenant({ name: 'Acme', tier: 'standard' })).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { reason: 'log-contradicted' },
  });
  await client.audit.acknowledgeAuditState({ reason: 'deleted by hand' });
  expect(kept.has(account)).toBe(true);
  await suite.stop();

  let locked = false;
  const { get } = keychain;
  keychain.get = async (name) => {
    locked ||= name === account;
    return locked ? null : await get(name);
  };
  suite = await EnterpriseSuite.open({ dataFolder: data(), keychain });
  expect((await suite.getStatus()).log.contradicted).toBe(false);
  expect(suite.audit.health.problem).toContain('Not compared with its anchor yet');
});

test('a process that stays finds an edited entry by itself, and stops changes', async () => {
  // a start reads the records of the last tile itself
  const event = { action: 'invoice.send', severity: 'info', outcome: 'success', facts: {} } as const;
  await Promise.all(Array.from({ length: 300 }, () => client.audit.logAction(event)));
  await suite.stop();
  const edited = new Database(join(data(), 'audit.db'));
  edited
    .prepare(
      "UPDATE entries SET record = CAST(replace(record, 'success', 'failure') AS BLOB) WHERE position = (SELECT min(position) FROM entries)",
    )
    .run();
  edited.close();
  await reopen();
  expect((await client.suite.getStatus({})).log).toMatchObject({
    contradicted: false,
    lastVerification: null,
  });
  suite.startSchedules();
  await expect
    .poll(async () => (await client.suite.getStatus({})).log, { timeout: 20_000 })
    .toMatchObject({ contradicted: true, lastVerification: { verdict: 'tampered', acknowledged: false } });
  await expect(client.tenants.createTenant({ name: 'Acme', tier: 'standard' })).rejects.toMatchObject({
    code: 'INTEGRITY',
  });
  await expect
    .poll(async () => (await client.suite.listNotices({})).items.map(({ alertRule }) => alertRule), {
      timeout: 20_000,
    })
    .toContain('log-contradicted');
});
