import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';

const passphrase = 'correct horse battery staple';
const reason = 'as agreed with the board';

let base: string;
let suite: EnterpriseSuite;

const dataFolder = () => join(base, 'data');
const sql = (statement: string) => execFileSync('sqlite3', [join(dataFolder(), 'control.db'), statement]);

async function signedIn(name = 'Ada Obi') {
  const router = createRouter(suite);
  const { token } = await inProcessClient(router, {}).auth.signIn({ name, passphrase });
  return inProcessClient(router, { token });
}

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-retention-'));
  mkdirSync(join(base, 'archives'));
  ({ suite } = await EnterpriseSuite.initialise({
    dataFolder: dataFolder(),
    ownerName: 'Ada Obi',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
});
afterEach(async () => {
  await suite.stop();
  rmSync(base, { recursive: true });
});

test('a hold lifted and days lowered with an SQLite tool let nothing go, and are told by an entry and an alert', async () => {
  const ada = await signedIn();
  await ada.audit.setAuditArchive({ folder: join(base, 'archives') });
  await ada.audit.setAuditRetention({ days: 4000, reason });
  await ada.audit.holdAuditLog({ reason });
  expect(await ada.audit.getAuditRetention({})).toMatchObject({ intact: true, holds: [{ reason }] });
  await suite.stop();
  sql('UPDATE audit_holds SET lifted_at = 1; UPDATE audit_retention SET days = 1');
  suite = await EnterpriseSuite.open({ dataFolder: dataFolder(), unlock: { passphrase } });
  const again = await signedIn();
  expect(await again.audit.getAuditRetention({})).toMatchObject({ intact: false, holds: [] });
  await expect(again.audit.applyAuditRetention({})).rejects.toMatchObject({
    code: 'INTEGRITY',
    data: { reason: 'retention-changed' },
  });
  expect(readdirSync(join(base, 'archives'))).toEqual([]);
  const { items } = await again.audit.getAuditTrail({ limit: 100, severity: 'critical' });
  expect(items.filter(({ action }) => action === 'log.retention.tampered')).toHaveLength(1);
  const { items: alerts } = await again.audit.listAlerts({});
  expect(alerts.map(({ rule }) => rule)).toContain('log-retention-tampered');
  expect(await again.audit.acknowledgeAuditRetention({ reason })).toMatchObject({ policies: 1, holds: 0 });
  expect(await again.audit.getAuditRetention({})).toMatchObject({ intact: true });
  await expect(again.audit.applyAuditRetention({})).rejects.toMatchObject({
    data: { reason: 'retention-acknowledged' },
  });
});

test('a second owner made for it approves nothing, whatever their row says of their age', async () => {
  const ada = await signedIn();
  await ada.auth.createOperator({ name: 'Bob', role: 'owner', passphrase });
  const { pending } = await ada.audit.setAuditRetention({ days: 400, reason });
  expect(pending).toMatchObject({ from: 2192, to: 400, effectiveAt: null });
  const bob = await signedIn('Bob');
  const approve = () => bob.audit.approveAuditRetention({ changeId: pending?.id ?? '', reason });
  const refused = { code: 'FORBIDDEN', data: { reason: 'account-too-new' } };
  await expect(approve()).rejects.toMatchObject(refused);
  sql('UPDATE operator SET created_at = 0');
  await expect(approve()).rejects.toMatchObject(refused);
});

test('an owner who is alone waits a day for fewer days, and can take them back', async () => {
  const ada = await signedIn();
  const { pending } = await ada.audit.setAuditRetention({ days: 400, reason });
  expect(Date.parse(pending?.effectiveAt ?? '')).toBeGreaterThan(Date.now() + 86_000_000);
  await ada.audit.cancelAuditRetention({ changeId: pending?.id ?? '', reason });
  expect(await ada.audit.getAuditRetention({})).toMatchObject({ pending: [], policies: [] });
  const { items } = await ada.audit.listAlerts({});
  expect(items.map(({ rule }) => rule)).toContain('log-retention-asked');
});
