import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { recover } from '../../../main/suite/recover.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';
import { restic } from '../../interop/restic-program.ts';

const passphrase = 'correct horse battery staple';
let folder: string;
let installationId: Uuid;
let recoveryKey: string;
let suite: EnterpriseSuite;
let client: HoldfastClient;
let tenant: string;

const data = () => join(folder, 'data');
const place = (name: string) => join(folder, name);
const repository = (root: string, owner: string) =>
  root === 'data'
    ? join(data(), 'repositories', owner)
    : join(place(root), installationId, 'repositories', owner);

async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}
async function reopen(): Promise<void> {
  suite = await EnterpriseSuite.open({ dataFolder: data(), unlock: { passphrase } });
  await enter();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-move-'));
  for (const name of ['disk', 'other']) mkdirSync(place(name));
  ({ suite, installationId, recoveryKey } = await EnterpriseSuite.initialise({
    dataFolder: data(),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
  }));
  await enter();
  tenant = (await client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'free' })).id;
  await put('one');
  await backUp();
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);
const put = (id: string) =>
  client.tenants.putDocument({ tenant, collection: 'orders', id, value: { text: id.repeat(1000) } });
const backUp = () => client.backups.createBackup({ scope: { all: true }, kind: 'incremental' }).then(result);
const move = (path: string | null) => client.backups.moveTarget({ path }).then(result);
const verify = () => client.backups.verifyBackupIntegrity({ level: 4 }).then(result);

describe('the first target', () => {
  test('moves out of the data folder: every repository, what recovers a lost machine, and backups go on there', async () => {
    const empty = (await client.tenants.createTenant({ name: 'Empty', slug: 'empty', tier: 'free' })).id;
    const plan = await client.backups.planTargetMove({ path: place('disk') });
    expect(plan).toMatchObject({ from: data(), to: place('disk'), repositories: 3, fits: true });
    expect(readdirSync(place('disk'))).toEqual([]);
    const moved = await move(place('disk'));
    expect(moved).toMatchObject({ from: data(), to: place('disk'), repositories: 3, bytes: plan.bytes });
    expect((await client.suite.getInstallation({})).target).toBe(place('disk'));
    expect((await client.backups.listTargets({})).items).toMatchObject([
      { id: null, kind: 'folder', address: place('disk'), state: 'ready' },
    ]);
    await put('two');
    await backUp();
    for (const owner of [tenant, 'installation']) {
      restic(repository('disk', owner), recoveryKey, 'check', '--read-data');
      expect(readdirSync(join(repository('disk', owner), 'snapshots'))).toHaveLength(2);
      expect(readdirSync(join(repository('data', owner), 'snapshots'))).toHaveLength(1);
    }
    expect(existsSync(join(repository('disk', empty), 'config'))).toBe(true);
    const { items } = await client.backups.getBackupHistory({ tenant });
    expect(items.map((each) => each.repository)).toEqual([
      repository('disk', tenant),
      repository('disk', tenant),
    ]);
    expect(await verify()).toMatchObject({ ok: true });
    const told = (await client.audit.getAuditTrail({ limit: 50 })).items.filter(
      ({ action }) => action === 'backup.target.move',
    );
    expect(told.map(({ outcome, severity }) => [outcome, severity])).toEqual([
      ['success', 'critical'],
      ['unknown', 'critical'],
    ]);

    await suite.stop();
    rmSync(data(), { recursive: true });
    await recover({
      dataFolder: data(),
      target: place('disk'),
      recoveryKey,
      secrets: 'passphrase',
      credentials: { name: 'Ada', passphrase },
      context: {
        signal: new AbortController().signal,
        progress: { phase: () => undefined, advance: () => undefined },
      },
    });
    await reopen();
    expect((await client.tenants.getDocument({ tenant, collection: 'orders', id: 'two' })).id).toBe('two');
  });

  test('moves on and back again; the former place is a further target, where an erasure finds the tenant', async () => {
    await move(place('disk'));
    await move(place('other'));
    const { items } = await client.backups.listTargets({});
    expect(items).toMatchObject([
      { id: null, address: place('other') },
      { name: 'Former first target', address: place('disk'), state: 'ready' },
    ]);
    await put('two');
    await backUp();
    await move(place('disk'));
    expect((await client.backups.listTargets({})).items).toMatchObject([
      { id: null, address: place('disk') },
      { name: 'Former first target', address: place('other') },
    ]);
    expect(await verify()).toMatchObject({ ok: true });
    await client.tenants.eraseTenant({ tenant, confirm: 'acme', reason: 'the contract ended' }).then(result);
    for (const root of ['data', 'disk', 'other']) expect(existsSync(repository(root, tenant))).toBe(false);
  });

  test('loses nothing of what is backed up, and nobody who is made, meanwhile', async () => {
    const moving = move(place('disk'));
    const others = put('two')
      .then(backUp)
      .then(() => put('three'))
      .then(backUp);
    const late = (await client.tenants.createTenant({ name: 'Late', slug: 'late', tier: 'free' })).id;
    await Promise.all([moving, others]);
    await backUp();
    expect(existsSync(join(repository('disk', late), 'config'))).toBe(true);
    expect(await verify()).toMatchObject({ ok: true });
    const { items } = await client.backups.getBackupHistory({ tenant });
    expect(readdirSync(join(repository('disk', tenant), 'snapshots')).sort()).toEqual(
      items.map(({ id }) => id).sort(),
    );
  });

  test('stays where it is when the move is cancelled, and the next one goes on', async () => {
    const { jobId } = await client.backups.moveTarget({ path: place('disk') });
    await client.jobs.cancelJob({ jobId });
    await result({ jobId }).catch(() => undefined);
    expect((await client.suite.getInstallation({})).target).toBe(null);
    await backUp();
    await move(place('disk'));
    expect(await verify()).toMatchObject({ ok: true });
  });

  test('is refused where something of another lies, and where what lies there is damaged', async () => {
    await expect(move(data())).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'data-folder' } });
    await expect(move(null)).rejects.toMatchObject({ code: 'CONFLICT', data: { reason: 'first-target' } });
    await move(place('disk'));
    await move(null);
    const [pack] = readdirSync(join(repository('disk', tenant), 'snapshots'));
    const file = join(repository('disk', tenant), 'snapshots', pack ?? '');
    const { size } = (await import('node:fs')).statSync(file);
    rmSync(file);
    writeFileSync(file, Buffer.alloc(size));
    await expect(move(place('disk'))).rejects.toMatchObject({ code: 'INTEGRITY' });
    expect((await client.suite.getInstallation({})).target).toBe(null);
  });
});
