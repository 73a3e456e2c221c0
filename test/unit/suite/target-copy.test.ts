import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deriveKey } from '../../../main/backups/container/key-file.ts';
import { Repository } from '../../../main/backups/container/repository.ts';
import { restoreToFolder } from '../../../main/backups/restore/restore-to-folder.ts';
import { repositoryFiles } from '../../../main/backups/targets/target.ts';
import { Keyring } from '../../../main/secrets/keyring.ts';
import { parseRecoveryKey } from '../../../main/secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../../../main/secrets/recovery-seal.ts';
import { SubjectKeys } from '../../../main/secrets/subject-keys.ts';
import { keysMigrations } from '../../../main/storage/migrations/keys.ts';
import { openStore } from '../../../main/storage/open-store.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { JsonValue } from '../../../shared/errors.ts';

const passphrase = 'correct horse battery staple';
let base: string;
let open: EnterpriseSuite | undefined;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-target-'));
});
afterEach(async () => {
  await open?.stop();
  open = undefined;
  rmSync(base, { recursive: true });
});

async function make(target: string | undefined) {
  const made = await EnterpriseSuite.initialise({
    dataFolder: join(base, 'data'),
    ownerName: 'Ada Obi',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    target,
  });
  open = made.suite;
  return made;
}

const begin = (suite: EnterpriseSuite, action: string) =>
  suite.begin({
    action,
    audited: 'change',
    severity: 'info',
    critical: false,
    caller: { kind: 'system' },
    signal: new AbortController().signal,
    cure: false,
  });

async function finished(suite: EnterpriseSuite, started: Promise<{ jobId: string }>): Promise<JsonValue> {
  const { jobId } = await started;
  let last: { state: string; error: unknown; result: JsonValue } | undefined;
  for await (const job of suite.jobs.watch(jobId as Parameters<typeof suite.jobs.watch>[0])) {
    last = job as typeof last;
  }
  if (last?.state !== 'succeeded') throw new Error(JSON.stringify(last?.error));
  return last.result;
}

async function fillAndBackUp(suite: EnterpriseSuite) {
  const tenant = await suite.tenants.createTenant(
    { name: 'Acme', tier: 'professional', sample: false },
    begin(suite, 'tenant.create'),
  );
  await suite.tenants.putDocument(
    { tenant: tenant.id, collection: 'orders', id: 'one', value: { kept: true } } as Parameters<
      typeof suite.tenants.putDocument
    >[0],
    begin(suite, 'document.put'),
  );
  const bot = await suite.tenants.createPrincipal(
    { tenant: tenant.id, kind: 'bot', name: 'Collector' } as Parameters<
      typeof suite.tenants.createPrincipal
    >[0],
    begin(suite, 'principal.create'),
  );
  const path = join(base, 'letter.txt');
  writeFileSync(path, 'a letter');
  await finished(
    suite,
    suite.tenants.addFile({ tenant: tenant.id, path, name: 'letter.txt' }, begin(suite, 'file.add')),
  );
  await finished(
    suite,
    suite.backups.createBackup({ scope: { all: true }, kind: 'full' }, begin(suite, 'backup.create')),
  );
  return { tenantId: tenant.id, botId: bot.id };
}

/** What `recover` will have: a copy of the folder with recovery.json, and the recovery key on paper. */
async function recoverFrom(
  copy: string,
  typed: string,
  { tenantId, botId }: Awaited<ReturnType<typeof fillAndBackUp>>,
) {
  const key = parseRecoveryKey(typed);
  const opened = await openWithRecoveryKey(readFileSync(join(copy, 'recovery.json')), key);
  const keyring = await Keyring.open(copy, opened.masterKey);
  expect(keyring.installationId).toBe(opened.installationId);
  for (const id of [tenantId, 'installation'] as const) {
    const path = join(copy, 'repositories', id);
    const machine = (id === 'installation' ? keyring.installation : keyring.tenant(id)).repositoryPassword;
    const derived = await deriveKey(key);
    expect(derived.derived.length).toBe(64);
    for (const password of [machine.toString(), key]) {
      const environment = { ...process.env, RESTIC_PASSWORD: password, RESTIC_REPOSITORY: path };
      const told = execFileSync('restic', ['check', '--read-data', '--no-cache'], {
        env: environment,
        encoding: 'utf8',
      });
      expect(told).toContain('no errors were found');
      const repository = await Repository.open(repositoryFiles({ kind: 'folder', path }), { password });
      try {
        const [snapshot] = await repository.listSnapshots();
        const to = join(base, `restored-${id}-${password === key ? 'paper' : 'machine'}`);
        const prefix = id === 'installation' ? null : keyring.tenant(id).rowHashPrefix;
        await restoreToFolder(
          repository,
          { snapshotId: snapshot?.id ?? '', until: null, earlier: null, path: to, prefix, only: null },
          {
            signal: new AbortController().signal,
            check: () => undefined,
            progress: { phase: () => undefined, advance: () => undefined },
          },
        );
        if (id !== 'installation') {
          expect(readFileSync(join(to, 'files', 'letter.txt'), 'utf8')).toBe('a letter');
        }
      } finally {
        await repository.close();
      }
    }
  }
  const keys = await openStore({
    file: join(base, 'recovered-keys.db'),
    name: 'keys',
    migrations: keysMigrations,
    clock: systemClock,
    createIfMissing: true,
  });
  try {
    await keyring.restoreSubjectKeys(keys, readFileSync(join(copy, 'keys.db.enc')));
    expect(new SubjectKeys(keys, keyring, systemClock).get(botId)).toHaveLength(32);
  } finally {
    await keys.close();
    await keyring.close();
  }
}

test('a copy of the target and the recovery key give everything back', async () => {
  const target = join(base, 'target');
  const { suite, installationId, recoveryKey } = await make(target);
  const made = await fillAndBackUp(suite);
  expect(existsSync(join(base, 'data', 'repositories'))).toBe(false);
  await suite.stop();
  open = undefined;
  const copy = join(base, 'copy');
  cpSync(join(target, installationId), copy, { recursive: true });
  rmSync(join(base, 'data'), { recursive: true });
  rmSync(target, { recursive: true });
  expect(readdirSync(copy).sort()).toEqual([
    'holdfast.txt',
    'keyring.enc',
    'keys.db.enc',
    'recovery.json',
    'repositories',
  ]);
  await recoverFrom(copy, recoveryKey, made);
});

test.each(['missing', 'damaged'] as const)(
  'a tenant whose database is %s is restored in place, and the old file is kept',
  async (what) => {
    const { suite } = await make(undefined);
    const { tenantId } = await fillAndBackUp(suite);
    await suite.stop();
    open = undefined;
    const folder = join(base, 'data', 'tenants', tenantId);
    const file = join(folder, 'data.db');
    if (what === 'missing') rmSync(folder, { recursive: true });
    else writeFileSync(file, Buffer.alloc(100_000, 'not a database'));
    const again = await EnterpriseSuite.open({ dataFolder: join(base, 'data'), unlock: { passphrase } });
    open = again;
    const read = () =>
      again.tenants.getDocument(
        { tenant: tenantId, collection: 'orders', id: 'one' } as Parameters<
          typeof again.tenants.getDocument
        >[0],
        begin(again, 'document.get'),
      );
    await expect(read()).rejects.toMatchObject({ code: what === 'missing' ? 'NOT_FOUND' : 'INTEGRITY' });
    const source = { tenant: tenantId, destination: { kind: 'in-place' as const }, reason: 'lost' };
    const plan = await finished(
      again,
      again.backups.planRestore(source, begin(again, 'backup.restore.plan')),
    );
    expect(plan).toMatchObject({ obstacles: [], changes: [] });
    const restoring = finished(again, again.backups.restoreBackup(source, begin(again, 'backup.restore')));
    expect(await restoring).toMatchObject({ verifiedLevel: 4, undoId: null });
    expect(await read()).toMatchObject({ value: { kept: true } });
    const [letter] = (await again.tenants.listFiles({ tenant: tenantId, limit: 1 })).items;
    const path = join(base, 'letter-again');
    await finished(
      again,
      again.tenants.getFile(
        { tenant: tenantId, fileId: letter?.id ?? tenantId, path },
        begin(again, 'file.get'),
      ),
    );
    expect(readFileSync(path, 'utf8')).toBe('a letter');
    const kept = readdirSync(folder).filter((name) => /^data\.db\.[0-9a-f-]{36}$/.test(name));
    expect(kept).toHaveLength(what === 'missing' ? 0 : 1);
    const checked = await finished(
      again,
      again.backups.createBackup(
        { scope: { tenant: tenantId }, kind: 'full' },
        begin(again, 'backup.create'),
      ),
    );
    expect(checked).toMatchObject({ snapshots: [{}] });
  },
);

test('a log that cannot be opened costs no backup, and what waited for it is in it later', async () => {
  const { suite } = await make(undefined);
  const { tenantId } = await fillAndBackUp(suite);
  await suite.stop();
  const log = join(base, 'data', 'audit.db');
  renameSync(log, join(base, 'audit.db'));
  writeFileSync(log, Buffer.alloc(50_000, 'not a database'));
  const blind = await EnterpriseSuite.open({ dataFolder: join(base, 'data'), unlock: { passphrase } });
  open = blind;
  const run = begin(blind, 'document.put');
  const document = { tenant: tenantId, collection: 'orders', id: 'two', value: { kept: true } };
  await blind.tenants.putDocument(document as Parameters<typeof blind.tenants.putDocument>[0], run);
  const made = await finished(
    blind,
    blind.backups.createBackup({ scope: { all: true }, kind: 'full' }, begin(blind, 'backup.create')),
  );
  expect(made).toMatchObject({ snapshots: [{ tenantId: null }, { tenantId }] });
  await blind.stop();
  rmSync(log);
  renameSync(join(base, 'audit.db'), log);
  const again = await EnterpriseSuite.open({ dataFolder: join(base, 'data'), unlock: { passphrase } });
  open = again;
  const { items } = await again.audit.explorer.getAuditTrail(
    { limit: 100, tenant: tenantId, action: 'document.put', order: 'newest' },
    begin(again, 'audit.read'),
  );
  expect(items.filter(({ resource }) => resource?.id === 'orders/two')).toHaveLength(1);
});
