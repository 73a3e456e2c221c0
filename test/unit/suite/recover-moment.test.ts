import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recover } from '../../../main/suite/recover.ts';
import { OpenedSuite, passphrase, told } from '../../faults/opened-suite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** An installation that was backed up, changed, and lost; made once for all tests. */
let base: string;
let recoveryKey: string;
/** Between two commits, and between two backups. */
let moment: string;
let beforeAnything: string;
const ids: Record<string, string> = {};
const keys: Record<string, string> = {};

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-moment-'));
  beforeAnything = new Date().toISOString();
  const { opened, recoveryKey: key } = await OpenedSuite.create(join(base, 'lost'), join(base, 'target'));
  recoveryKey = key;
  const { client } = opened;
  const backUp = () => opened.finished(client.backups.createBackup({ scope: { all: true } }));
  const put = (tenant: string, text: string) =>
    client.tenants.putDocument({ tenant, collection: 'notes', id: 'one', value: { text } });
  const principal = async (name: string) => {
    const made = await client.tenants.createPrincipal({
      tenant: 'acme',
      kind: 'user',
      name,
      scopes: ['a:*'],
    });
    ids[name] = made.id;
    const issued = await client.auth.generateApiKey({ principalId: made.id });
    ids[`${name}-key`] = issued.id;
    keys[name] = issued.key;
  };
  const operator = async (name: string) => {
    ids[name] = (await client.auth.createOperator({ name, role: 'administrator', passphrase })).id;
  };

  ids.acme = (await client.tenants.createTenant({ name: 'Acme', tier: 'professional', slug: 'acme' })).id;
  await put('acme', 'backed up');
  for (const name of ['kept', 'disabled', 'revoked', 'erased', 'edited']) await principal(name);
  for (const name of ['Stays', 'Leaves', 'Removed']) await operator(name);
  await backUp();
  await client.tenants.updateTenant({ tenant: 'acme', name: 'Acme at noon' });
  await put('acme', 'at noon');
  await setTimeout(20);
  moment = new Date().toISOString();
  await setTimeout(20);
  await client.tenants.updateTenant({ tenant: 'acme', name: 'Acme by mistake', tier: 'enterprise' });
  await put('acme', 'by mistake');
  await client.tenants.disablePrincipal({ tenant: 'acme', principalId: ids.disabled ?? '' });
  await client.auth.revokeApiKey({ keyId: ids['revoked-key'] ?? '' });
  await client.tenants.deletePrincipal({ tenant: 'acme', principalId: ids.erased ?? '' });
  await client.auth.disableOperator({ operatorId: ids.Leaves ?? '' });
  await client.tenants.disablePrincipal({ tenant: 'acme', principalId: ids.edited ?? '' });
  await client.auth.revokeApiKey({ keyId: ids['edited-key'] ?? '' });
  await operator('Came');
  await principal('came');
  ids.later = (await client.tenants.createTenant({ name: 'Later', tier: 'free', slug: 'later' })).id;
  await put('later', 'of later');
  await backUp();
  await opened.stop();
  changePastHoldfast();
  const again = await OpenedSuite.open(join(base, 'lost'), 'Ada Obi');
  const inPlace = { installation: true, destination: { kind: 'in-place' }, reason: 'A test' } as const;
  await again.finished(told(again.client.backups.restoreBackup(inPlace)));
  await again.finished(again.client.backups.createBackup({ scope: { all: true } }));
  await again.stop();
});

/** Somebody who may write the file lets one in again, and removes another. */
function changePastHoldfast(): void {
  const control = new Database(join(base, 'lost', 'control.db'));
  control.prepare(`UPDATE principals SET state = 'active', scopes = '["*:*"]' WHERE id = ?`).run(ids.edited);
  control.prepare('UPDATE api_key SET revoked_at = NULL WHERE id = ?').run(ids['edited-key']);
  control.prepare('DELETE FROM operator WHERE id = ?').run(ids.Removed);
  control.close();
}
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;
/** Whose data recoveries were at; null: the installation's own. */
let rebuilt: (string | null)[] = [];
const run = (at?: string, name = 'Ada Obi') => {
  count += 1;
  const dataFolder = join(base, `data-${count}`);
  const recovered = recover({
    dataFolder,
    target: join(base, 'target'),
    recoveryKey,
    secrets: 'passphrase',
    credentials: { name, passphrase },
    at,
    onOwner: ({ tenantId }) => rebuilt.push(tenantId),
    context: { signal: new AbortController().signal, progress: { phase() {}, advance() {} } },
  });
  return { dataFolder, recovered };
};

test('control data and tenants come back as of a second between two backups, and nobody gets in who should not', async () => {
  const { dataFolder, recovered } = run(moment);
  const recovery = await recovered;
  expect(recovery).toMatchObject({ asOf: moment, tenants: [{ tenantId: ids.acme, time: moment }] });
  expect(recovery.warnings).toContainEqual(expect.stringMatching(`Tenant ${ids.later} was made after`));
  expect(recovery.warnings).toContainEqual(
    expect.stringMatching(/^1 operator, 2 users and bots, 2 API keys came after/),
  );
  expect(recovery.warnings).toContainEqual(
    expect.stringMatching(/^The passphrase of Stays, Removed does not open this installation/),
  );
  const opened = await OpenedSuite.open(dataFolder, 'Ada Obi');
  const { client } = opened;
  try {
    expect((await client.tenants.listTenants({})).items).toEqual([
      expect.objectContaining({ id: ids.acme, name: 'Acme at noon', tier: 'professional' }),
    ]);
    const { value } = await client.tenants.getDocument({ tenant: 'acme', collection: 'notes', id: 'one' });
    expect(value).toMatchObject({ text: 'at noon' });
    const operators = (await client.auth.listOperators({})).items.map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(operators)).toEqual({
      'Ada Obi': 'active',
      Stays: 'active',
      Leaves: 'disabled',
      Came: 'disabled',
      // the log tells of no end of theirs
      Removed: 'active',
    });
    const people = (await client.tenants.listPrincipals({ tenant: 'acme' })).items;
    expect(Object.fromEntries(people.map(({ name, state }) => [name, state]))).toEqual({
      kept: 'active',
      revoked: 'active',
      disabled: 'disabled',
      came: 'disabled',
      // the log tells of it, whatever the newest control data say
      edited: 'disabled',
    });
    expect(people.find(({ name }) => name === 'edited')?.scopes).toEqual([]);
    const valid: Record<string, boolean> = {};
    for (const [name, key] of Object.entries(keys)) {
      valid[name] = (await client.auth.verifyApiKey({ key })).valid;
    }
    expect(valid).toEqual({
      kept: true,
      disabled: false,
      revoked: false,
      erased: false,
      edited: false,
      came: false,
    });
    expect(await opened.finished(client.audit.verifyAuditLog({}))).toMatchObject({
      verdict: 'verified',
      problems: [],
    });
    // the log was not set back: it tells of what was done after the moment
    const told = (await client.audit.getAuditTrail({ action: 'operator.disable', limit: 10 })).items;
    expect(told).not.toEqual([]);
    const [entry] = (await client.audit.getAuditTrail({ action: 'log.recovered', limit: 10 })).items;
    expect(entry?.facts).toMatchObject({ asOf: moment, operatorsWithout: 1, tenantsMadeSince: 1 });
  } finally {
    await opened.stop();
  }
});

test('whoever had no access at that moment is refused before any tenant is rebuilt', async () => {
  rebuilt = [];
  await expect(run(moment, 'Came').recovered).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/had no access at that moment/),
  });
  expect(rebuilt).toEqual([null]);
});

test('a moment that no backup reaches is refused with nothing left', async () => {
  await expect(run(beforeAnything).recovered).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringMatching(/reaches back to .* Choose a later moment/),
  });
});

test('without a moment the newest state comes back, as before', async () => {
  const { dataFolder, recovered } = run();
  const recovery = await recovered;
  expect(recovery).toMatchObject({ asOf: null, tenants: expect.arrayContaining([]) });
  expect(recovery.tenants).toHaveLength(2);
  // what waited in the lost installation waits no more, and nothing says that it does
  const opened = await OpenedSuite.open(dataFolder, 'Ada Obi');
  try {
    const { restore } = await opened.client.backups.getControlRestore({});
    expect(restore).toMatchObject({ state: 'cancelled' });
    const notices = (await opened.client.suite.listNotices({ state: 'open' })).items;
    expect(notices.map(({ kind }) => kind)).not.toContain('control-restore-pending');
  } finally {
    await opened.stop();
  }
});
