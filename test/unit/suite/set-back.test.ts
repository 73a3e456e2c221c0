import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { type RestorePlan, type RestoreResult, restorePlan } from '../../../shared/contract/backups.ts';
import { OpenedSuite, passphrase, told } from '../../faults/opened-suite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const reason = 'A reason of a test';
const next = 'another four words here';
const installation = { installation: true } as const;
const inPlace = { kind: 'in-place' } as const;

/** One installation, which each test leaves as it was made. */
let base: string;
let moment: string;
const ids: Record<string, string> = {};
const keys: Record<string, string> = {};
let opened: OpenedSuite | undefined;

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-set-back-'));
  const made = await OpenedSuite.create(join(base, 'made'));
  const { client } = made.opened;
  const principal = async (name: string) => {
    ids[name] = (
      await client.tenants.createPrincipal({ tenant: 'acme', kind: 'user', name, scopes: ['a:*'] })
    ).id;
    keys[name] = (await client.auth.generateApiKey({ principalId: ids[name] ?? '' })).key;
  };
  ids.acme = (await client.tenants.createTenant({ name: 'Acme', tier: 'professional', slug: 'acme' })).id;
  ids.small = (await client.tenants.createTenant({ name: 'Small', tier: 'free', slug: 'small' })).id;
  for (const name of ['kept', 'disabled']) await principal(name);
  for (const name of ['Stays', 'Leaves', 'Returns']) {
    ids[name] = (await client.auth.createOperator({ name, role: 'administrator', passphrase })).id;
  }
  await made.opened.finished(client.backups.createBackup({ scope: { all: true } }));
  await client.tenants.updateTenant({ tenant: 'acme', name: 'Acme at noon' });
  await setTimeout(20);
  moment = new Date().toISOString();
  await setTimeout(20);
  await client.tenants.updateTenant({ tenant: 'acme', name: 'Acme by mistake', tier: 'enterprise' });
  await client.tenants.disablePrincipal({ tenant: 'acme', principalId: ids.disabled ?? '' });
  await client.auth.disableOperator({ operatorId: ids.Leaves ?? '' });
  await client.auth.disableOperator({ operatorId: ids.Returns ?? '' });
  await client.auth.enableOperator({ operatorId: ids.Returns ?? '', passphrase });
  ids.Came = (await client.auth.createOperator({ name: 'Came', role: 'owner', passphrase })).id;
  await principal('came');
  await client.tenants.updateTenant({ tenant: 'small', tier: 'standard' });
  for (const name of ['One', 'Two']) {
    await client.tenants.createPrincipal({ tenant: 'small', kind: 'bot', name, scopes: [] });
  }
  ids.later = (await client.tenants.createTenant({ name: 'Later', tier: 'free', slug: 'later' })).id;
  await client.tenants.putDocument({
    tenant: 'later',
    collection: 'notes',
    id: 'one',
    value: { text: 'there' },
  });
  await made.opened.stop();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(close);

async function close(): Promise<void> {
  await opened?.stop();
  opened = undefined;
}

const folder = () => join(base, 'made');
const unlockFile = () => join(folder(), 'unlock.json');

/** Ends every passphrase of unlock.json but that of one operator; answers how to undo it. */
function leaveSlotOf(id: string): () => void {
  const before = readFileSync(unlockFile());
  const unlock = JSON.parse(before.toString());
  const slots = unlock.slots.filter((slot: { id: string }) => slot.id === id);
  writeFileSync(unlockFile(), JSON.stringify({ ...unlock, slots }));
  return () => writeFileSync(unlockFile(), before);
}
const prepared = () => join(folder(), 'temporary', 'setting-back');

async function open(name = 'Ada Obi'): Promise<OpenedSuite> {
  opened = await OpenedSuite.open(folder(), name);
  return opened;
}

async function restart(): Promise<OpenedSuite> {
  await close();
  return await open();
}

const ask = (suite: OpenedSuite) =>
  suite.finished<RestoreResult>(
    told(suite.client.backups.restoreBackup({ ...installation, at: moment, destination: inPlace, reason })),
  );

async function state({ client }: OpenedSuite) {
  const operators = (await client.auth.listOperators({})).items;
  const people = (await client.tenants.listPrincipals({ tenant: 'acme' })).items;
  const valid: Record<string, boolean> = {};
  for (const [name, key] of Object.entries(keys))
    valid[name] = (await client.auth.verifyApiKey({ key })).valid;
  const { items } = await client.tenants.listTenants({});
  return {
    acme: items.find(({ id }) => id === ids.acme)?.name,
    tier: items.find(({ id }) => id === ids.acme)?.tier,
    later: items.some(({ id }) => id === ids.later),
    active: [...operators, ...people].filter((each) => each.state === 'active').map(({ name }) => name),
    valid,
  };
}

const before = {
  acme: 'Acme by mistake',
  tier: 'enterprise',
  later: true,
  active: ['Ada Obi', 'Stays', 'Returns', 'Came', 'kept', 'came'],
  valid: { kept: true, disabled: false, came: true },
};
const after = {
  acme: 'Acme at noon',
  tier: 'professional',
  later: true,
  active: ['Ada Obi', 'Stays', 'Returns', 'kept'],
  valid: { kept: true, disabled: false, came: false },
};

test('only an owner may', async () => {
  await expect(ask(await open('Stays'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('cancelled, nothing happens at the next start', async () => {
  let suite = await open();
  await ask(suite);
  const { restore } = await suite.client.backups.cancelControlRestore({ reason });
  expect(restore).toMatchObject({ state: 'cancelled', undoable: false });
  expect(existsSync(prepared()) && readdirSync(prepared()).length > 0).toBe(false);
  suite = await restart();
  expect(await state(suite)).toEqual(before);
});

test('what was changed after it was prepared is not carried out; the installation opens and says so', async () => {
  let suite = await open();
  const { restoreId } = await ask(suite);
  const changed = new Database(join(prepared(), restoreId, 'control.db'));
  changed.prepare(`UPDATE tenants SET name = 'planted'`).run();
  changed.close();
  suite = await restart();
  expect(await state(suite)).toEqual(before);
  expect((await suite.client.backups.getControlRestore({})).restore).toMatchObject({ state: 'failed' });
  expect((await suite.client.suite.listNotices({ state: 'open' })).items).toContainEqual(
    expect.objectContaining({ kind: 'control-restore-failed', severity: 'critical' }),
  );
});

test('no passphrase that opens Holdfast would be left to an owner: it is not planned, prepared or carried out', async () => {
  let suite = await open();
  await ask(suite);
  await close();
  const giveBack = leaveSlotOf(ids.Came ?? '');
  try {
    suite = await open();
    expect(await state(suite)).toEqual(before);
    expect((await suite.client.backups.getControlRestore({})).restore).toMatchObject({ state: 'failed' });
    const plan = restorePlan.parse(
      await suite.finished(
        suite.client.backups.planRestore({ ...installation, at: moment, destination: inPlace }),
      ),
    );
    expect(plan.obstacles).toEqual([expect.stringContaining('opens Holdfast')]);
    await expect(ask(suite)).rejects.toMatchObject({ code: 'CONFLICT' });
  } finally {
    await close();
    giveBack();
  }
});

test('planned, prepared, carried out at the next start, and taken back', async () => {
  const withCame = readFileSync(unlockFile());
  let suite = await open();
  const plan: RestorePlan = restorePlan.parse(
    await suite.finished(
      suite.client.backups.planRestore({ ...installation, at: moment, destination: inPlace }),
    ),
  );
  expect(plan.obstacles).toEqual([]);
  expect(plan.loseAccess).toEqual({ operators: 1, tenants: 0, principals: 3, apiKeys: 1 });
  expect(plan.needPassphrase).toEqual([]);
  expect(plan.overQuota).toEqual([{ tenantId: ids.small, tier: 'free', quota: 'bots', used: 2, limit: 1 }]);
  expect(plan.changes).toEqual([
    { collection: 'tenants', added: 0, changed: 2, lost: 0, unchanged: 1 },
    { collection: 'operators', added: 0, changed: 1, lost: 0, unchanged: 4 },
    { collection: 'users-and-bots', added: 0, changed: 3, lost: 0, unchanged: 2 },
    { collection: 'api-keys', added: 0, changed: 1, lost: 0, unchanged: 2 },
  ]);
  const result = await ask(suite);
  expect(result).toMatchObject({ to: 'in-place', pending: true, verifiedLevel: 4 });
  // nothing has happened yet, and everybody is told
  expect(await state(suite)).toEqual(before);
  expect((await suite.client.suite.listNotices({ state: 'open' })).items).toContainEqual(
    expect.objectContaining({ kind: 'control-restore-pending' }),
  );
  await expect(ask(suite)).rejects.toMatchObject({ code: 'CONFLICT' });
  // what comes until the start is not lost by taking it back
  await suite.client.tenants.createPrincipal({ tenant: 'acme', kind: 'user', name: 'between', scopes: [] });

  suite = await restart();
  expect(await state(suite)).toEqual(after);
  expect(existsSync(prepared())).toBe(false);
  const { restore } = await suite.client.backups.getControlRestore({});
  expect(restore).toMatchObject({ state: 'done', moment, undoable: true, askedBy: 'Ada Obi' });
  expect(restore?.needPassphrase).toEqual([]);
  const listed = (await suite.client.backups.listRestores({ installation: true })).items;
  expect(listed).toMatchObject([
    { tenantId: null, state: 'done', undoId: result.undoId, undoable: true },
    { tenantId: null, state: 'failed', undoable: false },
    { tenantId: null, state: 'failed', undoable: false },
    { tenantId: null, state: 'cancelled', undoable: false },
  ]);
  const alerts = await suite.client.audit.listAlerts({ rule: 'set-back' });
  expect(alerts.items).toMatchObject([{ severity: 'critical' }]);
  const [entry] = (await suite.client.audit.getAuditTrail({ action: 'installation.set-back', limit: 10 }))
    .items;
  expect(entry).toMatchObject({
    severity: 'critical',
    outcome: 'success',
    facts: { moment, operatorsWithout: 1 },
  });
  expect(
    (await suite.client.suite.listNotices({ state: 'open' })).items.map(({ kind }) => kind),
  ).not.toContain('control-restore-pending');
  // a tenant that was made since is there with its data
  const document = await suite.client.tenants.getDocument({
    tenant: 'later',
    collection: 'notes',
    id: 'one',
  });
  expect(document.value).toEqual({ text: 'there' });
  // who may not sign in opens the installation no more
  await close();
  const unlock = JSON.parse(readFileSync(unlockFile(), 'utf8'));
  expect(unlock.slots.map(({ id }: { id: string }) => id)).not.toContain(ids.Came);

  // as a start leaves it that was cut off right after the commit
  const control = new Database(join(folder(), 'control.db'));
  control
    .prepare(`UPDATE control_restores SET state = 'applied', ended_at = NULL WHERE state = 'done'`)
    .run();
  control.close();
  // of one who may not sign in, and the last there is: it stays, and Holdfast opens
  const { slots } = JSON.parse(withCame.toString());
  const came = slots.filter(({ id }: { id: string }) => id === ids.Came);
  writeFileSync(unlockFile(), JSON.stringify({ ...unlock, slots: came }));
  suite = await open();
  expect(await state(suite)).toEqual(after);
  expect((await suite.client.backups.getControlRestore({})).restore).toMatchObject({ state: 'done' });
  writeFileSync(unlockFile(), JSON.stringify(unlock));

  // whoever gets access back by it has no passphrase that opens Holdfast
  const back = await suite.finished<RestorePlan>(
    told(
      suite.client.backups.planRestore({
        ...installation,
        snapshotId: restore?.undoSnapshotId,
        destination: inPlace,
      }),
    ),
  );
  expect(back.needPassphrase).toEqual([ids.Came]);

  const undone = await suite.finished<RestoreResult>(
    told(suite.client.backups.undoRestore({ undoId: result.undoId ?? '', reason })),
  );
  expect(undone).toMatchObject({ pending: true });
  suite = await restart();
  expect(await state(suite)).toEqual({ ...before, active: [...before.active, 'between'] });
  const entries = await suite.client.audit.getAuditTrail({ action: 'installation.set-back', limit: 10 });
  expect(entries.items[0]?.facts).toMatchObject({ accessAgain: 6, passphrasesNeeded: 1 });
  expect((await suite.client.backups.getControlRestore({})).restore?.needPassphrase).toEqual([ids.Came]);
  await suite.client.auth.resetPassphrase({ operatorId: ids.Came ?? '', passphrase: next });
  expect((await suite.client.backups.getControlRestore({})).restore?.needPassphrase).toEqual([]);
  expect(await suite.finished(suite.client.audit.verifyAuditLog({}))).toMatchObject({ verdict: 'verified' });
  await suite.finished(suite.client.backups.createBackup({ scope: { all: true } }));
  await close();
  const alone = await EnterpriseSuite.open({ dataFolder: folder(), unlock: { passphrase: next } });
  const session = await inProcessClient(createRouter(alone), {}).auth.signIn({
    name: 'Came',
    passphrase: next,
  });
  await alone.stop();
  expect(session).toMatchObject({ role: 'owner' });
});
