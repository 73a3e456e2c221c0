import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { goTime } from '../../main/backups/container/go-text.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { directoryNode, fileNode } from '../../main/backups/container/tree.ts';
import { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import type { BackupResult } from '../../shared/contract/backups.ts';
import type { ImportResult } from '../../shared/contract/tenants.ts';
import { Installation } from '../e2e/holdfast.ts';
import { OpenedSuite, passphrase, told } from './opened-suite.ts';
import { SuiteProcess } from './suite-process.ts';

/** A closed installation with two tenants, documents, a file and a backup; each test has a copy. */
let pattern: string;
let recoveryKey: string;
let acme: string;
let base: string;
let folder: string;
let opened: OpenedSuite | undefined;

beforeAll(async () => {
  pattern = mkdtempSync(join(tmpdir(), 'holdfast-pattern-'));
  const made = await OpenedSuite.create(join(pattern, 'data'));
  recoveryKey = made.recoveryKey;
  const { client } = made.opened;
  acme = (await told(client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'standard' }))).id;
  await told(client.tenants.createTenant({ name: 'Beta', slug: 'beta', tier: 'free' }));
  for (const tenant of ['acme', 'beta']) {
    for (let n = 0; n < 40; n += 1) {
      const value = { n, text: 'z'.repeat(1000) };
      await told(client.tenants.putDocument({ tenant, collection: 'people', id: `p${n}`, value }));
    }
  }
  writeFileSync(join(pattern, 'letter'), 'content of a letter');
  const file = { tenant: 'acme', path: join(pattern, 'letter'), name: 'letter' };
  await made.opened.finished(client.tenants.addFile(file));
  await made.opened.finished(client.backups.createBackup({ scope: { tenant: 'acme' } }));
  await made.opened.stop();
});
afterAll(() => rmSync(pattern, { recursive: true, force: true }));

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-bad-'));
  folder = join(base, 'data');
  cpSync(join(pattern, 'data'), folder, { recursive: true });
});
afterEach(async () => {
  await opened?.stop();
  opened = undefined;
  rmSync(base, { recursive: true, force: true });
});

async function open(): Promise<OpenedSuite> {
  opened = await OpenedSuite.open(folder);
  return opened;
}

/** The code, data and message of a refusal; the message is a sentence that says what to do. */
async function expectRefusal(
  attempt: Promise<unknown>,
  code: string,
  advice: RegExp,
  data: object = {},
): Promise<void> {
  const refusal = await told(attempt).then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(advice), data });
  expect(refusal).toMatchObject({ message: expect.stringMatching(/^[A-Z`]?\S+ .*\.$/s) });
}

const sqlite = (file: string, sql: string) => execFileSync('sqlite3', [join(folder, file), sql]);
const database = () => join('tenants', acme, 'data.db');
const repository = () => join(folder, 'repositories', acme);
const backUp = (suite: OpenedSuite) =>
  suite.finished<BackupResult>(suite.client.backups.createBackup({ scope: { tenant: 'acme' } }));
const get = (suite: OpenedSuite, tenant: string) =>
  suite.client.tenants.getDocument({ tenant, collection: 'people', id: 'p1' });

describe('unlocking', () => {
  test('a wrong passphrase', async () => {
    const attempt = EnterpriseSuite.open({
      dataFolder: folder,
      unlock: { passphrase: 'wrong horse battery' },
    });
    await expectRefusal(attempt, 'UNAUTHENTICATED', /Check it, or use the recovery key/);
    await expectRefusal(EnterpriseSuite.open({ dataFolder: folder }), 'UNAUTHENTICATED', /give an operator/);
    await open();
  });

  test('a machine without a keychain', async () => {
    const installation = new Installation();
    try {
      const environment = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', DISPLAY: '' };
      const { status, document } = await installation.run(['init', '--owner', 'Ada'], '', environment);
      expect({ status, error: document.error }).toMatchObject({
        status: 1,
        error: { code: 'KEYCHAIN_UNAVAILABLE', message: expect.stringContaining('--passphrase-only') },
      });
      const again = await installation.run(['init', '--owner', 'Ada', '--passphrase-only'], '', environment);
      expect(again.document).toMatchObject({ recoveryKey: expect.any(String) });
    } finally {
      installation.remove();
    }
  });

  test('a keychain that lost the key, or is locked, never makes a new one', async () => {
    const kept = new Map<string, string>();
    const keychain = {
      get: async (account: string) => kept.get(account) ?? null,
      set: async (account: string, secret: string) => void kept.set(account, secret),
      delete: async (account: string) => kept.delete(account),
    };
    const dataFolder = join(base, 'with-keychain');
    const options = { dataFolder, keychain, secrets: 'keychain', ownerName: 'Ada' } as const;
    const { suite } = await EnterpriseSuite.initialise({ ...options, ownerPassphrase: passphrase });
    await suite.stop();
    const before = new Map(kept);
    kept.clear();
    const attempt = EnterpriseSuite.open({ dataFolder, keychain });
    await expectRefusal(attempt, 'KEYCHAIN_UNAVAILABLE', /Unlock the keychain .* recovery key/);
    expect(kept.size).toBe(0);
    for (const [account, secret] of before) kept.set(account, secret);
    await (await EnterpriseSuite.open({ dataFolder, keychain })).stop();
  });
});

describe('the folder', () => {
  test('held by another process for long', async () => {
    const holder = SuiteProcess.start(folder);
    await holder.open();
    const attempt = EnterpriseSuite.open({ dataFolder: folder, unlock: { passphrase }, waitMs: 300 });
    await expectRefusal(attempt, 'LOCKED', new RegExp(`Process ${holder.pid} on .* since .* end it first`), {
      holder: { pid: holder.pid, host: expect.any(String), since: expect.any(Number) },
    });
    await holder.kill();
    await open();
  });

  test('in a folder that a service copies elsewhere', async () => {
    const dataFolder = join(base, 'Dropbox', 'holdfast');
    const attempt = EnterpriseSuite.initialise({
      dataFolder,
      ownerName: 'Ada',
      ownerPassphrase: passphrase,
      secrets: 'passphrase',
    });
    await expectRefusal(attempt, 'UNSUITABLE_FOLDER', /Dropbox.*Choose a folder outside it/, {
      fileSystem: 'Dropbox',
    });
    expect(readdirSync(dataFolder)).toEqual([]);
  });

  test('on a disk whose encryption is off, which status says', async () => {
    const { client } = await open();
    const { disk, warnings } = await told(client.suite.getStatus({}));
    expect(['on', 'off', 'unknown']).toContain(disk.encryption);
    expect(warnings.some((warning) => warning.startsWith('Disk encryption is off'))).toBe(
      disk.encryption === 'off',
    );
  });
});

describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)('the disk', () => {
  let disk: string;

  beforeEach(() => {
    disk = join(base, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
    cpSync(folder, join(disk, 'data'), { recursive: true });
    folder = join(disk, 'data');
  });
  afterEach(async () => {
    await opened?.stop();
    opened = undefined;
    execFileSync('umount', [disk]);
  });

  test('is full: said so, nothing acknowledged is lost, reading goes on, and so does writing after', async () => {
    const suite = await open();
    const { client } = suite;
    const put = (n: number) =>
      told(
        client.tenants.putDocument({
          tenant: 'beta',
          collection: 'big',
          id: `d${n}`,
          value: { text: 'x'.repeat(700_000) },
        }),
      );
    let kept = 0;
    let refusal: unknown;
    while (refusal === undefined && kept < 200) {
      await put(kept).then(
        () => {
          kept += 1;
        },
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({
      code: expect.stringMatching(/^(STORAGE_FULL|AUDIT_UNAVAILABLE)$/),
      message: expect.stringMatching(/[Ff]ree some space|Free space/),
    });
    expect(await told(get(suite, 'beta'))).toMatchObject({ value: { n: 1 } });
    expect((await told(client.suite.getStatus({}))).disk.freeBytes).toBeLessThan(20_000_000);
    execFileSync('mount', ['-o', 'remount,size=300m', disk]);
    await put(kept);
    const { items } = await told(
      client.audit.getAuditTrail({ tenant: 'beta', action: 'data.put', outcome: 'success', limit: 1000 }),
    );
    const logged = items.filter(({ resource }) => resource?.id.startsWith('big/'));
    expect(new Set(logged.map(({ resource }) => resource?.id)).size).toBe(kept + 1);
    expect(logged).toHaveLength(kept + 1);
    expect(await suite.finished(client.audit.verifyAuditLog({}))).toMatchObject({ verdict: 'verified' });
  });

  test('is full for a backup and for a restore: told, and the tenant stays as it is', async () => {
    execFileSync('mount', ['-o', 'remount,size=300m', disk]);
    const suite = await open();
    const { snapshots } = await backUp(suite);
    // more than the reserve, which a backup may use up
    for (let n = 0; n < 3; n += 1) {
      const value = { text: randomBytes(7_000_000).toString('base64') };
      const document = { tenant: 'acme', collection: 'big', id: `d${n}`, value };
      await told(suite.client.tenants.putDocument(document));
    }
    // until then the page log writes
    await setTimeout(3_000);
    fill(join(disk, 'filler'), 300_000);
    await expectRefusal(backUp(suite), 'STORAGE_FULL', /[Ff]ree some/);
    const restore = suite.client.backups.restoreBackup({
      tenant: 'acme',
      snapshotId: snapshots[0]?.id ?? '',
      destination: { kind: 'in-place' },
      reason: 'a full disk',
    });
    const attempt = suite.finished(restore);
    await expectRefusal(attempt, expect.stringMatching(/^(CONFLICT|STORAGE_FULL)$/) as never, /[Ff]ree/);
    expect(await told(get(suite, 'acme'))).toMatchObject({ value: { n: 1 } });
    rmSync(join(disk, 'filler'));
    await backUp(suite);
  });

  test('is read-only', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const attempt = EnterpriseSuite.open({ dataFolder: folder, unlock: { passphrase } });
    await expectRefusal(attempt, 'READ_ONLY', /Check the folder's permissions and that its disk is writable/);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    await open();
  });
});

/** Fills a disk up to so many bytes. */
function fill(file: string, leave: number): void {
  const free = Number(
    execFileSync('df', ['--output=avail', '-B1', join(file, '..')], { encoding: 'utf8' }).split('\n')[1],
  );
  execFileSync('fallocate', ['-l', String(free - leave), file]);
}

describe('an import', () => {
  const importing = (suite: OpenedSuite, file: string, onDamaged: 'stop' | 'skip') =>
    suite.finished<ImportResult>(
      suite.client.tenants.importDocuments({ tenant: 'acme', collection: 'in', file, onDamaged }),
    );

  test('with damaged lines names them: stops before anything, or skips and counts', async () => {
    const suite = await open();
    const file = join(base, 'in.jsonl');
    writeFileSync(file, '{"id":"a"}\n{"id":"b"\n\xff\n{"no":"id"}\n{"id":"c"}\n', 'latin1');
    await expectRefusal(importing(suite, file, 'stop'), 'VALIDATION', /line 2/i);
    expect((await told(suite.client.tenants.listImports({ tenant: 'acme' }))).items).toEqual([]);
    expect(await importing(suite, file, 'skip')).toMatchObject({
      imported: 2,
      skipped: 3,
      failed: [{ line: 2 }, { line: 3 }, { line: 4 }],
    });
  });

  test('over the quota is refused before it starts', async () => {
    const suite = await open();
    const id = suite.suite.tenantId('acme');
    if (id === undefined) throw new RangeError('acme');
    const used = 10 ** 11 - 100;
    await suite.suite.tenants.withDatabase(id, ({ store }) =>
      store.write((transaction) => transaction.sql('UPDATE storage SET used = ?').run(used)),
    );
    const file = join(base, 'in.jsonl');
    writeFileSync(file, `{"id":"a"}\n{"id":"b","text":"${'x'.repeat(200)}"}\n`);
    await expectRefusal(importing(suite, file, 'stop'), 'QUOTA_EXCEEDED', /./, { limit: 10 ** 11, used });
    expect((await told(suite.client.tenants.listImports({ tenant: 'acme' }))).items).toEqual([]);
  });
});

describe('a backup', () => {
  test.each([
    ['changed', (file: string) => writeFileSync(file, 'content of another!')],
    ['missing', (file: string) => rmSync(file)],
  ] as const)('of a tenant with a %s file is made all the same, and says so', async (problem, spoil) => {
    const files = join(folder, 'tenants', acme, 'files');
    const [hash = ''] = readdirSync(files, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.length > 60,
    );
    spoil(join(files, hash));
    const suite = await open();
    const [snapshot] = (await backUp(suite)).snapshots;
    const { items } = await told(
      suite.client.audit.getAuditTrail({
        tenant: 'acme',
        action: 'backup.create',
        severity: 'critical',
        limit: 10,
      }),
    );
    expect(items).toMatchObject([{ outcome: 'success', facts: { damagedFiles: 1 } }]);
    // what it holds is whole, and what it could not hold is named in the restored folder
    const verify = suite.client.backups.verifyBackupIntegrity({ snapshotId: snapshot?.id ?? '', level: 4 });
    expect(await suite.finished(verify)).toMatchObject({ ok: true });
    const destination = { kind: 'folder', path: join(base, 'restored') } as const;
    await suite.finished(
      suite.client.backups.restoreBackup({ tenant: 'acme', destination, reason: 'to look into it' }),
    );
    const named = execFileSync('grep', ['-rhs', hash.slice(-64), destination.path], { encoding: 'utf8' });
    expect(named).toContain(problem);
  });

  test('whose repository is removed meanwhile fails in words, and the next one is whole', async () => {
    const suite = await open();
    const { client } = suite;
    for (let n = 0; n < 20; n += 1) {
      const value = { many: Array.from({ length: 9000 }, () => Math.random().toString(36)) };
      await told(client.tenants.putDocument({ tenant: 'acme', collection: 'big', id: `d${n}`, value }));
    }
    const started = await told(client.backups.createBackup({ scope: { tenant: 'acme' } }));
    for await (const { phase } of await client.jobs.watchJob(started)) {
      if (/pages/.test(phase)) break;
    }
    rmSync(repository(), { recursive: true });
    const attempt = suite.finished(Promise.resolve(started));
    await expectRefusal(attempt, 'NOT_FOUND', /removed/);
    const [snapshot] = (await backUp(suite)).snapshots;
    const verify = client.backups.verifyBackupIntegrity({ snapshotId: snapshot?.id ?? '', level: 4 });
    expect(await suite.finished(verify)).toMatchObject({ ok: true });
  });

  test('whose target is gone is not taken for a new one', async () => {
    const target = join(base, 'target');
    const place = join(base, 'other');
    const made = await OpenedSuite.create(place, target);
    opened = made.opened;
    await told(opened.client.tenants.createTenant({ name: 'Acme', slug: 'acme', tier: 'free' }));
    await backUp(opened);
    rmSync(target, { recursive: true });
    await expectRefusal(backUp(opened), 'UNAVAILABLE', /[Cc]onnect|[Bb]ring|[Cc]heck/);
    const { managers } = await told(opened.client.suite.getStatus({}));
    expect(managers.backups).toMatchObject({ state: 'degraded', problem: expect.any(String) });
  });
});

describe('a newer version wrote', () => {
  test.each(['control', 'keys'])('%s.db', async (name) => {
    sqlite(`${name}.db`, 'PRAGMA user_version = 999');
    await expectRefusal(open(), 'NEWER_FORMAT', /Install the newer version/, { what: name, found: 999 });
  });

  test('a tenant: only that one is refused', async () => {
    sqlite(database(), 'PRAGMA user_version = 999');
    const suite = await open();
    await expectRefusal(get(suite, 'acme'), 'NEWER_FORMAT', /Install the newer version/, { found: 999 });
    expect(await told(get(suite, 'beta'))).toMatchObject({ value: { n: 1 } });
  });

  test('the index of the log, which is made anew', async () => {
    sqlite('search.db', 'PRAGMA user_version = 999');
    const { client } = await open();
    expect((await told(client.audit.getAuditTrail({ tenant: 'acme', limit: 10 }))).items).toHaveLength(10);
  });

  test.each(['installation.json', 'unlock.json'])('%s', async (name) => {
    const content: object = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    writeFileSync(join(folder, name), JSON.stringify({ ...content, format: 99 }));
    await expectRefusal(open(), 'NEWER_FORMAT', /Update/, { what: name, found: 99 });
  });

  test('keyring.enc', async () => {
    const bytes = readFileSync(join(folder, 'keyring.enc')).toString('latin1');
    writeFileSync(
      join(folder, 'keyring.enc'),
      bytes.replace('holdfast-keyring 1 ', 'holdfast-keyring 9 '),
      'latin1',
    );
    await expectRefusal(open(), 'NEWER_FORMAT', /Update/, { what: 'keyring.enc', found: 9 });
  });

  test('a snapshot: backups go on beside it', async () => {
    const container = await Repository.open(new FolderFiles(repository()), { password: recoveryKey });
    const writer = await container.begin();
    const manifest = Buffer.from('{"format":9}');
    const saved = await writer.saveFile([manifest], 1000);
    const empty = await writer.saveTree([]);
    const tree = await writer.saveTree([
      directoryNode({ name: 'files', subtree: empty, mtimeMs: 0 }),
      fileNode({ name: 'manifest.json', mtimeMs: 0, ...saved }),
    ]);
    await writer.commit({ time: goTime(Date.now()), tree, paths: ['/'], tags: ['holdfast', 'full'] });
    await container.close();
    const suite = await open();
    const [snapshot] = (await backUp(suite)).snapshots;
    const verify = suite.client.backups.verifyBackupIntegrity({ snapshotId: snapshot?.id ?? '', level: 4 });
    expect(await suite.finished(verify)).toMatchObject({ ok: true });
  });
});

describe('damage on the disk', () => {
  const garbage = (file: string) =>
    writeFileSync(join(folder, file), Buffer.alloc(statSync(join(folder, file)).size, 'garbage'));
  const half = (file: string) =>
    truncateSync(join(folder, file), Math.floor(statSync(join(folder, file)).size / 2));

  test.each(['control', 'keys'])('%s.db is missing: never taken for an empty one', async (name) => {
    rmSync(join(folder, `${name}.db`));
    await expectRefusal(open(), 'NOT_FOUND', /[Rr]estore|recover/, { kind: 'database', id: name });
    expect(existsSync(join(folder, `${name}.db`))).toBe(false);
  });

  test.each(['control', 'keys'])('%s.db is garbage', async (name) => {
    garbage(`${name}.db`);
    await expectRefusal(open(), 'INTEGRITY', /restore it from a backup/, { where: name });
  });

  test.each(['keyring.enc', 'installation.json', 'unlock.json'])('%s is garbage', async (name) => {
    garbage(name);
    await expectRefusal(open(), 'INTEGRITY', /[Rr]ecover|recovery/);
  });

  const newer = (file: string) => sqlite(file, 'PRAGMA user_version = 999');
  test.each([
    ['missing', (file: string) => rmSync(join(folder, file))],
    ['garbage', garbage],
    ['cut off', half],
    ['of a newer version', newer],
  ])('an audit.db that is %s: critical operations wait until it is put back', async (_how, spoil) => {
    const good = readFileSync(join(folder, 'audit.db'));
    spoil('audit.db');
    const spoilt = existsSync(join(folder, 'audit.db')) ? readFileSync(join(folder, 'audit.db')) : undefined;
    const suite = await open();
    const { managers } = await told(suite.client.suite.getStatus({}));
    expect(managers.audit).toMatchObject({
      state: 'down',
      problem: expect.stringMatching(/Put audit.db back/),
    });
    const value = { while: 'the log is away' };
    await told(suite.client.tenants.putDocument({ tenant: 'beta', collection: 'away', id: 'd', value }));
    await expectRefusal(
      suite.client.tenants.suspendTenant({ tenant: 'beta' }),
      'AUDIT_UNAVAILABLE',
      /Put audit.db back/,
    );
    await suite.stop();
    opened = undefined;
    expect(existsSync(join(folder, 'audit.db'))).toBe(spoilt !== undefined);
    if (spoilt !== undefined) expect(readFileSync(join(folder, 'audit.db')).equals(spoilt)).toBe(true);
    for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `audit.db${end}`), { force: true });
    writeFileSync(join(folder, 'audit.db'), good, { mode: 0o600 });
    const again = await open();
    expect(await again.finished(again.client.audit.verifyAuditLog({}))).toMatchObject({
      verdict: 'verified',
    });
    const { items } = await told(
      again.client.audit.getAuditTrail({ tenant: 'beta', action: 'data.put', limit: 1 }),
    );
    expect(items).toMatchObject([{ resource: { id: 'away/d' } }]);
  });

  test('search.db is garbage: made anew from the log', async () => {
    garbage('search.db');
    const { client } = await open();
    expect((await told(client.audit.getAuditTrail({ tenant: 'acme', limit: 10 }))).items).toHaveLength(10);
  });

  test.each([
    ['garbage', () => garbage(database()), 'INTEGRITY', /restore it from a backup/],
    ['cut off', () => truncateSync(join(folder, database()), 8192), 'INTEGRITY', /restore it from a backup/],
    ['missing', () => rmSync(join(folder, database())), 'NOT_FOUND', /[Rr]estore/],
  ] as const)('a tenant that is %s fails alone', async (_how, spoil, code, advice) => {
    spoil();
    writeFileSync(join(folder, `${database()}-wal`), 'left by a killed process');
    const suite = await open();
    await expectRefusal(get(suite, 'acme'), code, advice);
    expect(await told(get(suite, 'beta'))).toMatchObject({ value: { n: 1 } });
    await expectRefusal(
      suite.finished(suite.client.backups.createBackup({ scope: { all: true } })),
      code,
      advice,
    );
    const { items } = await told(suite.client.backups.getBackupHistory({ tenant: 'beta', limit: 10 }));
    expect(items).toHaveLength(1);
    expect(await suite.finished(suite.client.audit.verifyAuditLog({}))).toMatchObject({
      verdict: 'verified',
    });
  });
});
