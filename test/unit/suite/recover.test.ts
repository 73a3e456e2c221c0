import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Keychain } from '../../../main/secrets/keychain.ts';
import { generateRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { type RecoverOptions, type Recovery, recover } from '../../../main/suite/recover.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { OpenedSuite, passphrase } from '../../faults/opened-suite.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A target that one installation was backed up to, made once and copied for each test. */
let made: string;
let recoveryKey: string;
let tenant: Tenant;
let sample: Tenant;
let base: string;
let target: string;
let folder: string;
let open: { stop(): Promise<void> } | undefined;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'holdfast-recover-'));
  const created = await OpenedSuite.create(join(made, 'data'), join(made, 'target'));
  const { client } = created.opened;
  recoveryKey = created.recoveryKey;
  tenant = await client.tenants.createTenant({ name: 'Acme', tier: 'professional', slug: 'acme' });
  const put = (id: string) =>
    client.tenants.putDocument({ tenant: 'acme', collection: 'orders', id, value: { id } });
  await put('one');
  await created.opened.finished(client.backups.createBackup({ scope: { all: true } }));
  await put('two');
  sample = await created.opened.finished<Tenant>(client.tenants.createSampleTenant({}));
  await created.opened.finished(client.backups.createBackup({ scope: { all: true } }));
  await created.opened.finished(client.tenants.deleteSampleTenant({ tenant: sample.id }));
  await created.opened.stop();
});
afterAll(() => rmSync(made, { recursive: true }));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-recover-'));
  target = join(base, 'target');
  folder = join(base, 'data');
  cpSync(join(made, 'target'), target, { recursive: true, preserveTimestamps: true });
});
afterEach(async () => {
  await open?.stop();
  open = undefined;
  rmSync(base, { recursive: true });
});

const run = (options: Partial<RecoverOptions> = {}): Promise<Recovery> => {
  const { signal } = new AbortController();
  const progress = { phase() {}, advance() {} };
  return recover({
    dataFolder: folder,
    target,
    recoveryKey,
    secrets: 'passphrase',
    credentials: { passphrase },
    context: { signal, progress },
    ...options,
  });
};

/** The installation's own folder on the target. */
const inTarget = (...names: string[]) => join(target, readdirSync(target)[0] ?? '', ...names);

const stamp = (file: string) => statSync(file).mtimeMs;

/** Changes one byte in the middle of every pack that came with the newest snapshot of a repository. */
function damageNewest(repository: string): string {
  const times = readdirSync(join(repository, 'snapshots')).map((id) => ({
    id,
    at: stamp(join(repository, 'snapshots', id)),
  }));
  const [newest] = times.sort((one, other) => other.at - one.at);
  const first = Math.min(...times.map(({ at }) => at));
  for (const name of readdirSync(join(repository, 'data'), { recursive: true, encoding: 'utf8' })) {
    const file = join(repository, 'data', name);
    if (!/[0-9a-f]{64}$/.test(name) || stamp(file) <= first) continue;
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    chmodSync(file, 0o600);
    writeFileSync(file, bytes);
  }
  return newest?.id ?? '';
}

async function verified() {
  const opened = await OpenedSuite.open(folder);
  open = opened;
  const verdict = await opened.finished(opened.client.audit.verifyAuditLog({}));
  return { opened, verdict: auditVerification.parse(verdict) };
}

describe('what comes back', () => {
  test('the newest state, without what was deleted since and with nobody signed in', async () => {
    const recovery = await run();
    expect(recovery.tenants).toEqual([expect.objectContaining({ tenantId: tenant.id, rows: 2 })]);
    expect(recovery.warnings).toContainEqual(expect.stringMatching(`${sample.id} was deleted`));
    const control = new Database(join(folder, 'control.db'), { readonly: true });
    expect(control.prepare('SELECT count(*) FROM session').pluck().get()).toBe(0);
    expect(
      control.prepare(`SELECT count(*) FROM job WHERE state IN ('queued', 'running')`).pluck().get(),
    ).toBe(0);
    control.close();
    const { opened, verdict } = await verified();
    expect(verdict).toMatchObject({ verdict: 'verified', problems: [] });
    expect(await opened.client.audit.getAuditRetention({})).toMatchObject({ intact: true });
    const { items } = await opened.client.tenants.listTenants({});
    expect(items.map(({ id }) => id)).toEqual([tenant.id]);
    // its slug stays taken
    expect((await opened.finished<Tenant>(opened.client.tenants.createSampleTenant({}))).slug).toBe(
      'chinook-sample-2',
    );
  });

  test('an older state where the newest is damaged, and that is said', async () => {
    const newest = damageNewest(inTarget('repositories', tenant.id));
    const recovery = await run();
    expect(recovery.tenants).toEqual([expect.objectContaining({ tenantId: tenant.id, rows: 1 })]);
    expect(recovery.tenants[0]?.snapshotId).not.toBe(newest);
    expect(recovery.warnings).toContainEqual(
      expect.stringMatching(`Tenant ${tenant.id}: Snapshot ${newest.slice(0, 8)} was passed over`),
    );
  });

  test.each(['.', 'keys', 'index'])('the others, where %s of a tenant is gone', async (part) => {
    rmSync(inTarget('repositories', tenant.id, part), { recursive: true });
    const recovery = await run();
    expect(recovery.tenants).toEqual([
      { tenantId: tenant.id, slug: 'acme', name: 'Acme', snapshotId: null, time: null, rows: null },
    ]);
    expect(recovery.warnings).toContainEqual(expect.stringMatching(`${tenant.id} is there without its data`));
    const { opened } = await verified();
    expect((await opened.client.tenants.listTenants({})).items).toHaveLength(1);
    const created = await opened.client.tenants.createTenant({ name: 'New', tier: 'standard' });
    const { id, collection } = { id: 'a', collection: 'orders' };
    await opened.client.tenants.putDocument({ tenant: created.id, collection, id, value: { n: 1 } });
    await opened.finished(opened.client.backups.createBackup({ scope: { tenant: created.id } }));
  });

  test('with a keychain: no passphrase is asked for, and the anchor of the new epoch fits', async () => {
    const kept = new Map<string, string>();
    const keychain: Keychain = {
      get: async (account) => kept.get(account) ?? null,
      set: async (account, secret) => void kept.set(account, secret),
      delete: async (account) => kept.delete(account),
    };
    const { installationId } = await run({ secrets: 'keychain', credentials: undefined, keychain });
    expect([...kept.keys()].sort()).toEqual([
      `anchor/${installationId}/installation/e2`,
      `master/${installationId}`,
    ]);
    const suite = await EnterpriseSuite.open({ dataFolder: folder, keychain });
    open = suite;
    expect(suite.audit.health).toEqual({ state: 'ready', problem: null });
  });

  test('all, where an earlier attempt was killed', async () => {
    mkdirSync(`${folder}.recovering`);
    writeFileSync(join(`${folder}.recovering`, 'recovery-not-finished'), '');
    writeFileSync(join(`${folder}.recovering`, 'control.db'), 'half of it');
    await run();
    expect(readdirSync(folder)).not.toContain('recovery-not-finished');
    expect(readdirSync(base).sort()).toEqual(['data', 'target']);
    expect((await verified()).verdict.verdict).toBe('verified');
  });

  test('a former log in which every later change is found', async () => {
    await run();
    const audit = new Database(join(folder, 'audit.db'));
    const former = audit.prepare(`SELECT log, size FROM logs WHERE origin LIKE '%/installation/e1'`).get();
    const { log, size } = former as { log: number; size: number };
    audit.prepare('DELETE FROM openings WHERE position = ?').run(log * 2 ** 36 + size - 1);
    audit.prepare('DELETE FROM entries WHERE position = ?').run(log * 2 ** 36 + size - 1);
    audit
      .prepare('UPDATE logs SET size = size - 1, committed_size = committed_size - 1 WHERE log = ?')
      .run(log);
    audit.close();
    const { verdict } = await verified();
    expect(verdict.verdict).toBe('tampered');
    expect(verdict.problems).toContainEqual({
      logId: expect.stringMatching('/installation/e1$'),
      index: null,
      reason: expect.stringMatching(`vouches for ${size} entries, ${size - 1} are here`),
    });
  });
});

test('a backup folder that goes away meanwhile is no reason to come back without tenants', async () => {
  const moved = join(base, 'moved');
  const progress = {
    phase(name: string) {
      if (name === 'Checking audit') renameSync(target, moved);
    },
    advance() {},
  };
  const { signal } = new AbortController();
  await expect(run({ context: { signal, progress } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(readdirSync(base)).toEqual(['moved']);
});

describe('what is refused, with nothing changed', () => {
  const refused = async (code: string, options: Partial<RecoverOptions> = {}) => {
    const before = readdirSync(base).sort();
    await expect(run(options)).rejects.toMatchObject({ code });
    expect(readdirSync(base).sort()).toEqual(before);
  };

  test('what is no recovery key, and another one', async () => {
    await refused('VALIDATION', { recoveryKey: 'KEY' });
    await refused('UNAUTHENTICATED', { recoveryKey: generateRecoveryKey() });
  });

  test('a passphrase that is no operator’s', async () => {
    await refused('UNAUTHENTICATED', { credentials: { passphrase: 'wrong horse battery staple' } });
  });

  test('a target with no installation, with several, and the folder one too deep', async () => {
    await refused('NOT_FOUND', { target: join(base, 'nowhere') });
    await refused('NOT_FOUND', { target: inTarget() });
    mkdirSync(join(target, '01890000-0000-7000-8000-000000000000'));
    await refused('CONFLICT');
  });

  test.each(['recovery.json', 'keyring.enc', 'keys.db.enc'])(
    'a target whose %s is damaged or missing',
    async (name) => {
      const bytes = readFileSync(inTarget(name));
      bytes[10] = (bytes[10] ?? 0) ^ 1;
      writeFileSync(inTarget(name), bytes);
      await refused('INTEGRITY');
      rmSync(inTarget(name));
      await refused('INTEGRITY');
    },
  );

  test('a target without a readable backup of the installation', async () => {
    rmSync(inTarget('repositories', 'installation'), { recursive: true });
    await refused('INTEGRITY');
  });

  test('a folder that is in use, or beside which something else lies', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter.txt'), 'mine');
    await refused('CONFLICT');
    renameSync(folder, `${folder}.recovering`);
    await refused('CONFLICT');
    expect(existsSync(join(`${folder}.recovering`, 'letter.txt'))).toBe(true);
  });

  test('a keychain that cannot be used', async () => {
    const away = () => Promise.reject(Object.assign(new Error('locked'), { code: 'KEYCHAIN_UNAVAILABLE' }));
    await refused('KEYCHAIN_UNAVAILABLE', {
      secrets: 'keychain',
      keychain: { get: away, set: away, delete: away },
    });
  });
});
