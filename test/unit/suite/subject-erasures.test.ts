import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseNote, verifyNote } from '../../../main/audit/note.ts';
import { parseVerifierKey } from '../../../main/audit/note-key.ts';
import { type ClientSession, inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { recover } from '../../../main/suite/recover.ts';
import { type SubjectErasure, subjectErasure, subjectExport } from '../../../shared/contract/subjects.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { filesOf } from '../../doubles/bundle-files.ts';
import { S3StandIn } from '../../doubles/s3-stand-in.ts';
import { ended } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
const reason = 'asked to be forgotten';
let folder: string;
let installationId: string;
let recoveryKey: string;
let suite: EnterpriseSuite;
let client: ReturnType<typeof inProcessClient>;
let tenant: Uuid;
let grace: Uuid;
let other: Uuid;

const data = () => join(folder, 'data');

async function enter(): Promise<void> {
  const session: ClientSession = {};
  client = inProcessClient(createRouter(suite), session);
  session.token = (await client.auth.signIn({ name: 'Ada', passphrase })).token;
}
async function reopen(): Promise<void> {
  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  await enter();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-subject-'));
  for (const name of ['first', 'second']) mkdirSync(join(folder, name));
  const made = await EnterpriseSuite.initialise({
    dataFolder: data(),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    target: join(folder, 'first'),
  });
  ({ suite, installationId, recoveryKey } = made);
  await enter();
  tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'enterprise' })).id;
  const create = (name: string) => client.tenants.createPrincipal({ tenant, kind: 'user', name });
  grace = (await create('Grace Hopper')).id;
  other = (await create('Alan Turing')).id;
  await client.auth.generateApiKey({ principalId: grace });
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);

const backUp = () => client.backups.createBackup({ scope: { all: true } }).then(result);
const erase = async (input: { tenant?: string; subjectId: Uuid; confirm: string }) =>
  subjectErasure.parse(await client.tenants.eraseSubject({ ...input, reason }).then(result));
const eraseGrace = () => erase({ tenant, subjectId: grace, confirm: 'Grace Hopper' });
const listed = async () => (await client.tenants.listSubjectErasures({})).items[0];
const names = async () => (await client.tenants.listPrincipals({ tenant })).items.map(({ name }) => name);
const statesOf = ({ places }: SubjectErasure) => places.map(({ name, state }) => [name, state]);

function openedCertificate({ certificate }: SubjectErasure): string {
  const note = parseNote(Buffer.from(certificate ?? ''));
  verifyNote(note, [parseVerifierKey(suite.audit.verifierKey())]);
  return note.text;
}

test('a person is gone from rows, keys and names in the log, and the log still verifies', async () => {
  const plan = await client.tenants.planSubjectErasure({ tenant, subjectId: grace });
  expect(plan).toMatchObject({ kind: 'user', name: 'Grace Hopper', fields: 1, apiKeys: 1, obstacles: [] });
  expect(plan.entries).toBeGreaterThan(0);
  await expect(
    client.tenants.eraseSubject({ tenant, subjectId: grace, confirm: 'Grace', reason }),
  ).rejects.toMatchObject({ code: 'VALIDATION' });

  const erased = await eraseGrace();
  expect(erased).toMatchObject({ pseudonym: plan.pseudonym, logged: { fields: 1 } });
  expect(statesOf(erased)).toEqual([['', 'erased']]);
  const text = openedCertificate(erased);
  expect(text).toContain(`person: ${plan.pseudonym}\n`);
  expect(text).toContain('place: first erased');
  expect(text).not.toMatch(/Grace|Ada/);

  expect(await names()).toEqual(['Alan Turing']);
  expect((await client.auth.listApiKeys({ tenant })).items).toEqual([]);
  const { items } = await client.audit.getAuditTrail({ tenant, action: 'subject.erase' });
  expect(items[0]).toMatchObject({ outcome: 'success', resource: { kind: 'user', id: plan.pseudonym } });
  expect(JSON.stringify(items)).not.toContain('Grace');
  const verified = await client.audit.verifyAuditLog({}).then(result);
  expect(verified).toMatchObject({ verdict: 'verified' });

  await suite.stop();
  const keys = new Database(join(data(), 'keys.db'), { readonly: true });
  const left = keys.prepare('SELECT subject_id FROM subject_keys').all();
  keys.close();
  expect(left).not.toContainEqual({ subject_id: grace });
  expect(readFileSync(join(data(), 'keys.db')).includes(grace)).toBe(false);
  // those of others were wrapped anew, and open
  await reopen();
  expect(await names()).toEqual(['Alan Turing']);
  expect(suite.audit.subjects.pseudonymOf(other)).not.toBe(plan.pseudonym);
});

test('what is kept about a person is handed out, and nothing of others', async () => {
  await client.tenants.disablePrincipal({ tenant, principalId: grace });
  const file = join(folder, 'grace.zip');
  const made = subjectExport.parse(
    await client.tenants.exportSubjectData({ tenant, subjectId: grace, file }).then(result),
  );
  const unpacked = filesOf(readFileSync(file));
  const textOf = (name: string) => Buffer.from(unpacked.get(name) ?? []).toString();
  expect([...unpacked.keys()].sort()).toEqual(['entries.jsonl', 'person.json', 'report.pdf']);
  const person = JSON.parse(textOf('person.json'));
  expect(person.person).toMatchObject({ name: 'Grace Hopper', state: 'disabled' });
  expect(person.apiKeys).toHaveLength(1);
  expect(person.changes).toContainEqual(
    expect.objectContaining({ action: 'principal.disable', after: { state: 'disabled' } }),
  );
  const entries = textOf('entries.jsonl').trim().split('\n');
  expect(entries).toHaveLength(made.entries);
  expect(entries.join()).toContain('Grace Hopper');
  expect(entries.join()).not.toMatch(/Ada|Alan/);
  expect(textOf('report.pdf')).toMatch(/^%PDF-/);
  const { items } = await client.audit.getAuditTrail({ tenant, action: 'subject.export' });
  expect(items[0]).toMatchObject({ severity: 'warning', facts: { entries: made.entries } });
});

test('an operator is handed sessions and saved filters too, and how long the log is kept', async () => {
  await client.audit.saveAuditFilter({ name: 'What Grace did', filter: { severity: 'critical' } });
  const [ada] = (await client.auth.listOperators({ limit: 10 })).items;
  if (ada === undefined) throw new TypeError('no operator');
  const file = join(folder, 'operator.zip');
  await client.tenants.exportSubjectData({ subjectId: ada.id, file }).then(result);
  const unpacked = filesOf(readFileSync(file));
  const person = JSON.parse(String(unpacked.get('person.json')));
  expect(person).toMatchObject({
    person: { kind: 'operator' },
    sessions: [{ seenAt: expect.any(String) }],
    savedFilters: [{ name: 'What Grace did', filter: { severity: 'critical' } }],
    kept: { days: 2192, archived: [] },
  });
  expect(JSON.stringify(person.sessions)).not.toContain('token');
});

test('a target that is away is pending, and erased once its copy was replaced', async () => {
  const { id } = await client.backups.addTarget({
    name: 'second',
    place: { kind: 'folder', path: join(folder, 'second') },
  });
  await backUp();
  const sync = () => client.backups.syncTarget({ targetId: id as Uuid }).then(result);
  await sync();
  renameSync(join(folder, 'second'), join(folder, 'away'));
  const erased = await eraseGrace();
  expect(statesOf(erased)).toEqual([
    ['', 'erased'],
    ['second', 'pending'],
  ]);
  expect(openedCertificate(erased)).toContain(`place: ${id} pending`);
  renameSync(join(folder, 'away'), join(folder, 'second'));
  await sync();
  const now = await listed();
  expect(now && statesOf(now)).toEqual([
    ['', 'erased'],
    ['second', 'erased'],
  ]);
  expect(now && openedCertificate(now)).toContain(`place: ${id} erased`);
});

test('what an object lock keeps of the keys is pending with its date, and is erased when the lock is over', async () => {
  const dayMs = 86_400_000;
  const s3 = new S3StandIn({ versioned: true, lockMs: dayMs });
  await s3.start();
  try {
    const { credentials, ...place } = s3.location('holdfast');
    if (credentials === null) throw new TypeError('no credentials');
    const { id } = await client.backups.addTarget({ name: 'cellar', place, credentials });
    const sync = () => client.backups.syncTarget({ targetId: id as Uuid }).then(result);
    await backUp();
    await sync();
    const lastCopy = Date.now();
    const copies = () => [...s3.objects].filter(([key]) => /keys\.db\.enc$/.test(key));
    expect(copies()).toHaveLength(1);
    const cellar = ({ places }: SubjectErasure) => places.find(({ name }) => name === 'cellar');

    const erased = await eraseGrace();
    const [[, versions = []] = []] = copies();
    expect(versions.length).toBeGreaterThan(1);
    const { state, locked } = cellar(erased) ?? {};
    expect(state).toBe('pending');
    const until = Date.parse(locked?.until ?? '');
    // no earlier than any copy that has the key
    expect(until).toBeGreaterThanOrEqual(Math.max(...versions.slice(1).map((each) => each.until)));
    expect(until).toBeLessThan(Date.now() + dayMs + 1000);
    const text = openedCertificate(erased);
    expect(text).toContain(`place: ${id} pending`);
    expect(text).not.toContain(`place: ${id} erased`);

    // another synchronisation neither claims more nor moves the date
    await sync();
    const again = await listed();
    expect(again && cellar(again)).toMatchObject({ state: 'pending', locked: { until: locked?.until } });

    vi.useFakeTimers({ toFake: ['Date'], now: lastCopy + dayMs + 60_000 });
    await enter();
    await sync();
    const after = await listed();
    expect(after && cellar(after)).toMatchObject({ state: 'erased', locked: null });
    expect(after && openedCertificate(after)).toContain(`place: ${id} erased`);
  } finally {
    vi.useRealTimers();
    await s3.close();
  }
});

test('a recovered control.db does not bring the person back', async () => {
  await backUp();
  const { pseudonym } = await eraseGrace();
  await suite.stop();
  rmSync(data(), { recursive: true });
  await recover({
    dataFolder: data(),
    target: join(folder, 'first'),
    recoveryKey,
    secrets: 'passphrase',
    credentials: { name: 'Ada', passphrase },
    context: {
      signal: new AbortController().signal,
      progress: { phase: () => undefined, advance: () => undefined },
    },
  });
  await reopen();
  expect(await names()).toEqual(['Alan Turing']);
  expect((await client.auth.listApiKeys({ tenant })).items).toEqual([]);
  const now = await listed();
  expect(now).toMatchObject({ subjectId: grace, pseudonym, tenantId: tenant });
  expect(now?.keyDestroyedAt).not.toBe(null);
  expect(now && openedCertificate(now)).toContain(`installation: ${installationId}`);
  const { items } = await client.audit.getAuditTrail({ tenant, action: 'subject.erase' });
  expect(items[0]).toMatchObject({ actor: { kind: 'system' }, facts: { again: true } });
});

test('an erasure that was cut off is ended by the next start', async () => {
  await eraseGrace();
  await suite.stop();
  const control = new Database(join(data(), 'control.db'));
  control.exec('UPDATE subject_erasures SET key_destroyed_at = NULL, certificate = NULL');
  control.close();
  await reopen();
  const now = await listed();
  expect(now?.keyDestroyedAt).not.toBe(null);
  expect(now?.certificate).toContain('holdfast person erasure certificate v1');
});

test('an operator is erased once disabled, by an owner only', async () => {
  const create = (name: string, role: 'administrator' | 'owner') =>
    client.auth.createOperator({ name, role, passphrase });
  const { id } = await create('Edsger', 'administrator');
  const owner = await client.auth.getSession({});
  const plan = (subjectId: Uuid) => client.tenants.planSubjectErasure({ subjectId });
  expect((await plan(id)).obstacles).toEqual([expect.stringContaining('active')]);
  expect((await plan(owner.operatorId)).obstacles).toEqual([expect.stringContaining('last active owner')]);
  await expect(erase({ subjectId: id, confirm: 'Edsger' })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'operator-active' },
  });
  const session: ClientSession = {};
  const administrator = inProcessClient(createRouter(suite), session);
  session.token = (await administrator.auth.signIn({ name: 'Edsger', passphrase })).token;
  await administrator.tenants.createTenant({ name: 'By Edsger', tier: 'free' });
  await expect(administrator.tenants.planSubjectErasure({ subjectId: id })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await client.auth.disableOperator({ operatorId: id });
  const { pseudonym } = await erase({ subjectId: id, confirm: 'Edsger' });
  expect((await client.auth.listOperators({})).items.map(({ name }) => name)).toEqual(['Ada']);
  const { items } = await client.audit.getAuditTrail({ actor: pseudonym });
  expect(items.length).toBeGreaterThan(1);
  expect(new Set(items.map(({ actor }) => actor.name))).toEqual(new Set([null]));
});

test('a legal hold on the tenant keeps its people', async () => {
  await client.backups.placeHold({ tenant, reason: 'a lawsuit' });
  await expect(eraseGrace()).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'held' } });
  expect(await names()).toContain('Grace Hopper');
});
