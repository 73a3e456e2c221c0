import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseNote, verifyNote } from '../../../main/audit/note.ts';
import { parseVerifierKey } from '../../../main/audit/note-key.ts';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { recover } from '../../../main/suite/recover.ts';
import { type Erasure, erasure } from '../../../shared/contract/erasures.ts';
import { filesOf } from '../../doubles/bundle-files.ts';
import { S3StandIn } from '../../doubles/s3-stand-in.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';
import { restic } from '../../interop/restic-program.ts';

const passphrase = 'correct horse battery staple';
const reason = 'the contract ended';
let folder: string;
let installationId: string;
let recoveryKey: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;
let tenant: string;

const data = () => join(folder, 'data');
const first = () => join(folder, 'first', installationId);

async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}
async function reopen(): Promise<void> {
  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  await enter();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-erasure-'));
  for (const name of ['first', 'second', 'third']) mkdirSync(join(folder, name));
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
  await client.tenants.createPrincipal({ tenant, kind: 'user', name: 'Grace Hopper' });
  await client.tenants.putDocument({ tenant, collection: 'orders', id: 'one', value: { secret: 'of Acme' } });
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);

const backUp = () => client.backups.createBackup({ scope: { all: true } }).then(result);
const addTarget = (name: string) =>
  client.backups.addTarget({ name, place: { kind: 'folder', path: join(folder, name) } });
const sync = (targetId: string) => client.backups.syncTarget({ targetId }).then(result);
const erase = async () =>
  erasure.parse(await client.tenants.eraseTenant({ tenant, confirm: 'acme', reason }).then(result));
const listed = async (): Promise<Erasure | undefined> => (await client.tenants.listErasures({})).items[0];
const statesOf = ({ places }: Erasure) => places.map(({ name, state }) => [name, state]);

function openedCertificate({ certificate }: Erasure): string {
  const note = parseNote(Buffer.from(certificate ?? ''));
  verifyNote(note, [parseVerifierKey(suite.audit.verifierKey())]);
  return note.text;
}

async function twoTargets(): Promise<[string, string]> {
  const ids = [(await addTarget('second')).id, (await addTarget('third')).id].map(String);
  await backUp();
  for (const id of ids) await sync(id);
  return ids as [string, string];
}

test('what an erasure would destroy is told before it', async () => {
  await twoTargets();
  renameSync(join(folder, 'third'), join(folder, 'away'));
  expect(await client.tenants.planErasure({ tenant: 'acme' })).toEqual({
    tenantId: tenant,
    slug: 'acme',
    name: 'Acme',
    bots: 0,
    users: 1,
    documents: 1,
    files: 0,
    storageBytes: expect.any(Number),
    snapshots: 1,
    places: [
      { targetId: null, name: '', state: 'ready' },
      { targetId: expect.any(String), name: 'second', state: 'ready' },
      { targetId: expect.any(String), name: 'third', state: 'away' },
    ],
    obstacles: [],
  });
  await client.backups.placeHold({ tenant, reason: 'a lawsuit' });
  expect((await client.tenants.planErasure({ tenant })).obstacles).toEqual([
    expect.stringContaining('legal hold'),
  ]);
  await expect(client.tenants.eraseTenant({ tenant, confirm: 'acme', reason })).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { reason: 'held' },
  });
});

test('an erased tenant is on no target that can be reached, and soon on none', async () => {
  const [, third] = await twoTargets();
  const repository = join('repositories', tenant);
  const copy = join(folder, 'third', installationId, repository);
  restic(copy, recoveryKey, 'check');
  const kept = join(folder, 'kept');
  renameSync(join(folder, 'third'), kept);

  const erased = await erase();
  expect(statesOf(erased)).toEqual([
    ['', 'erased'],
    ['second', 'erased'],
    ['third', 'pending'],
  ]);
  expect(erased.proof?.ok).toBe(false);
  expect(erased.proof?.attempts.filter(({ ok }) => !ok).map(({ place }) => place)).toEqual([
    'third',
    'third',
    'third',
  ]);
  expect(existsSync(join(first(), repository))).toBe(false);
  expect(existsSync(join(folder, 'second', installationId, repository))).toBe(false);
  expect(existsSync(join(data(), 'tenants', tenant))).toBe(false);
  expect(existsSync(join(data(), 'pitr', tenant))).toBe(false);
  expect(openedCertificate(erased)).toContain(`place: ${third} pending`);

  renameSync(kept, join(folder, 'third'));
  await sync(third);
  expect(existsSync(copy)).toBe(false);
  const now = await listed();
  if (now === undefined) throw new Error('there is no erasure');
  expect(statesOf(now)).toEqual([
    ['', 'erased'],
    ['second', 'erased'],
    ['third', 'erased'],
  ]);
  expect(now.proof?.ok).toBe(true);
  const text = openedCertificate(now);
  expect(text).toContain(`place: ${third} erased`);
  expect(text).toContain('nothing could be read');
  const { items } = await client.audit.getAuditTrail({ tenant, action: 'tenant.erase' });
  expect(items[0]).toMatchObject({ outcome: 'success', severity: 'critical', facts: { erased: true } });
  const file = join(folder, 'erased.hfbundle.zip');
  await client.audit.exportAuditLog({ tenant, file }).then(result);
  expect(filesOf(readFileSync(file)).has('populations.json')).toBe(true);
});

test('what was put back is found', async () => {
  await backUp();
  const repository = join(first(), 'repositories', tenant);
  const keyring = join(first(), 'keyring.enc');
  const before = readFileSync(keyring);
  await erase();
  mkdirSync(join(repository, 'keys'), { recursive: true });
  writeFileSync(join(repository, 'keys', '0'.repeat(64)), '{}');
  writeFileSync(keyring, before);
  const { proof } = erasure.parse(await client.tenants.proveErasure({ tenantId: tenant }).then(result));
  expect(proof?.ok).toBe(false);
  expect(proof?.attempts.filter(({ ok }) => !ok)).toEqual([
    { place: '', what: 'repository', ok: false, finding: '1 files of its repository are left', kept: null },
    { place: '', what: 'target-keyring', ok: false, finding: 'the tenant’s keys are in it', kept: null },
  ]);
});

test('what an object lock keeps is told with its date and who can read it, and goes when the lock is over', async () => {
  const s3 = new S3StandIn({ versioned: true, lockMs: 86_400_000 });
  await s3.start();
  try {
    const { credentials, ...place } = s3.location('holdfast');
    if (credentials === null) throw new TypeError('no credentials');
    const { id } = await client.backups.addTarget({ name: 'cellar', place, credentials });
    if (id === null) throw new TypeError('it is a further target');
    await backUp();
    await sync(id);
    const lies = [...s3.objects.keys()].filter((key) => key.includes(`repositories/${tenant}/`));
    const lastOf = (keys: readonly string[]) => {
      const versions = keys.flatMap((key) => s3.objects.get(key) ?? []);
      return new Date(Math.max(...versions.map(({ until }) => until))).toISOString();
    };

    const erased = await erase();
    const until = lastOf(lies);
    const cellar = ({ places }: Erasure) => places.find(({ name }) => name === 'cellar');
    const found = ({ proof }: Erasure) =>
      proof?.attempts.find(({ place: of, what }) => of === 'cellar' && what === 'repository');
    const locked = { files: lies.length, until, readable: true };
    expect(cellar(erased)).toMatchObject({ state: 'pending', locked });
    expect(found(erased)).toMatchObject({
      ok: false,
      finding: expect.stringContaining(`until ${until}, its key files too`),
      kept: { targetId: id, files: lies.length, until },
    });
    expect(openedCertificate(erased)).toContain(
      `locked: ${id} until ${until}, readable with the recovery key\n`,
    );

    // the repository was begun long before its newest pack
    for (const key of lies.filter((name) => name.includes('/keys/'))) {
      s3.objects.set(
        key,
        (s3.objects.get(key) ?? []).map((version) => ({ ...version, until: 0 })),
      );
    }
    await sync(id);
    const destroyed = await listed();
    if (destroyed === undefined) throw new Error('there is no erasure');
    expect(cellar(destroyed)).toMatchObject({ state: 'pending', locked: { until, readable: false } });
    expect(found(destroyed)).toMatchObject({ ok: true, finding: expect.stringContaining('nobody can read') });
    expect(destroyed.proof?.ok).toBe(true);
    const text = openedCertificate(destroyed);
    expect(text).toContain(`locked: ${id} until ${until}, readable by nobody: keys destroyed\n`);
    expect(text).toContain('nothing could be read');
    const { certificate } = destroyed;
    await sync(id);
    expect((await listed())?.certificate).toBe(certificate);

    s3.options = { ...s3.options, lockMs: 0 };
    await sync(id);
    const gone = await listed();
    if (gone === undefined) throw new Error('there is no erasure');
    expect(cellar(gone)).toMatchObject({ state: 'erased', locked: null });
    expect(openedCertificate(gone)).toContain(`place: ${id} erased`);
    expect(openedCertificate(gone)).not.toContain('locked:');
    expect([...s3.objects.keys()].filter((key) => key.includes(tenant))).toEqual([]);
  } finally {
    await s3.close();
  }
});

test('a target that is removed while it holds a copy is told as abandoned', async () => {
  const [, third] = await twoTargets();
  renameSync(join(folder, 'third'), join(folder, 'away'));
  await erase();
  await client.backups.removeTarget({ targetId: third });
  const now = await listed();
  expect(now && statesOf(now).at(-1)).toEqual(['third', 'abandoned']);
  expect(now?.certificate).toBe(null);
  const proven = erasure.parse(await client.tenants.proveErasure({ tenantId: tenant }).then(result));
  expect(openedCertificate(proven)).toContain(`place: ${third} abandoned`);
});

test('a tenant erased after the newest backup stays erased when the installation is recovered', async () => {
  await backUp();
  const { certificate } = await erase();
  await suite.stop();
  rmSync(data(), { recursive: true });
  const recovery = await recover({
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
  expect(recovery.warnings.join(' ')).toContain('stays deleted');
  await reopen();
  expect(await client.tenants.listTenants({})).toMatchObject({ items: [] });
  expect(await listed()).toMatchObject({ tenantId: tenant, slug: 'acme', certificate });
});

test('an erasure that was cut off is ended by the next start', async () => {
  await backUp();
  const repositories = join(first(), 'repositories');
  await erase();
  await suite.stop();
  // as if it had come to the row and no further
  mkdirSync(join(data(), 'tenants', tenant), { recursive: true });
  writeFileSync(join(data(), 'tenants', tenant, 'deleted'), '');
  mkdirSync(join(repositories, tenant, 'keys'), { recursive: true });
  const control = new Database(join(data(), 'control.db'));
  control.exec(`UPDATE erasure_places SET state = 'pending'; UPDATE erasures SET certificate = NULL`);
  control.close();
  await reopen();
  expect(readdirSync(repositories)).not.toContain(tenant);
  const now = await listed();
  expect(now && statesOf(now)).toEqual([['', 'erased']]);
  expect(now?.proof?.ok).toBe(true);
  expect(now?.certificate).toContain('holdfast erasure certificate v1');
});
