import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HoldfastClient } from '../../../main/rpc/client.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { ended, signedIn } from '../../doubles/suite-client.ts';

const passphrase = 'correct horse battery staple';
const away = { code: 'UNAVAILABLE', data: { reason: 'backup-folder-away' } };
let folder: string;
let installationId: Uuid;
let suite: EnterpriseSuite;
let client: HoldfastClient;

const disk = () => join(folder, 'disk');
const connected = () => join(folder, 'connected elsewhere');
const own = (...names: string[]) => join(disk(), installationId, ...names);
const mark = () => own('holdfast.txt');

async function enter(): Promise<void> {
  client = await signedIn(suite, passphrase);
}
async function reopen(): Promise<void> {
  await suite.stop();
  suite = await EnterpriseSuite.open({ dataFolder: join(folder, 'data'), unlock: { passphrase } });
  await enter();
}

/** As a mount point without its disk. */
function unmount(): void {
  renameSync(disk(), connected());
  mkdirSync(disk());
}
function remount(): void {
  rmSync(disk(), { recursive: true });
  renameSync(connected(), disk());
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-first-target-'));
  mkdirSync(disk());
  ({ suite, installationId } = await EnterpriseSuite.initialise({
    dataFolder: join(folder, 'data'),
    ownerName: 'Ada',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    target: disk(),
  }));
  await enter();
});
afterEach(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true, force: true });
});

const result = (started: { readonly jobId: string }) => ended(client, started);
const create = async (slug: string) =>
  (await client.tenants.createTenant({ name: slug, slug, tier: 'professional' })).id;
const backUp = (tenant: string) => client.backups.createBackup({ scope: { tenant } }).then(result);

describe('a disk that is not connected', () => {
  test('gets no new tenant on the empty folder in its place, and has all of it again afterwards', async () => {
    const acme = await create('acme');
    await backUp(acme);
    unmount();
    await expect(create('late')).rejects.toMatchObject(away);
    expect(readdirSync(disk())).toEqual([]);
    expect((await client.tenants.listTenants({})).items.map(({ slug }) => slug)).toEqual(['acme']);
    await expect(backUp(acme)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(
      client.backups.createBackup({ scope: { installation: true } }).then(result),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(readdirSync(disk())).toEqual([]);
    expect((await client.backups.listTargets({})).items).toMatchObject([{ id: null, state: 'away' }]);
    expect((await client.suite.getStatus({})).managers.backups.state).toBe('degraded');
    expect((await client.suite.listNotices({})).items).toContainEqual(
      expect.objectContaining({ kind: 'job-failed', jobKind: 'backup.create' }),
    );
    remount();
    await backUp(await create('late'));
    await backUp(acme);
  });

  test('keeps a tenant from being erased with a certificate that would not be true', async () => {
    const acme = await create('acme');
    await backUp(acme);
    unmount();
    // as an earlier version left it that made a tenant meanwhile
    mkdirSync(own('repositories'), { recursive: true });
    const erase = () =>
      client.tenants
        .eraseTenant({ tenant: acme, confirm: 'acme', reason: 'the contract ended' })
        .then(result);
    await expect(erase()).rejects.toMatchObject(away);
    remount();
    expect(existsSync(own('repositories', acme))).toBe(true);
    await erase();
    expect(existsSync(own('repositories', acme))).toBe(false);
  });
});

describe('a first target of an earlier version, without a mark', () => {
  test('is marked at the next start when its backups are there', async () => {
    await backUp(await create('acme'));
    rmSync(mark());
    await reopen();
    expect(existsSync(mark())).toBe(true);
  });

  test('is not taken for the one that only has what was made anew in its place', async () => {
    for (const slug of ['acme', 'globex']) await backUp(await create(slug));
    await client.backups.createBackup({ scope: { installation: true } }).then(result);
    const late = await create('late');
    await backUp(late);
    rmSync(mark());
    unmount();
    // what an earlier version did here
    mkdirSync(own('repositories'), { recursive: true });
    renameSync(join(connected(), installationId, 'repositories', late), own('repositories', late));
    await reopen();
    expect(existsSync(mark())).toBe(false);
    await expect(create('later')).rejects.toMatchObject(away);
  });

  test('is marked before there is any backup, once', async () => {
    rmSync(mark());
    await expect(create('acme')).rejects.toMatchObject(away);
    await forgetMark();
    await create('acme');
    expect(existsSync(mark())).toBe(true);
  });
});

/** As an installation that never had one. */
async function forgetMark(): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  await suite.stop();
  const control = new Database(join(folder, 'data', 'control.db'));
  control.prepare("DELETE FROM settings WHERE name = 'targetMarked'").run();
  control.close();
  suite = await EnterpriseSuite.open({ dataFolder: join(folder, 'data'), unlock: { passphrase } });
  await enter();
}
