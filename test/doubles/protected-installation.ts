import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BackupManager } from '../../main/backups/backup-manager.ts';
import { type DerivedKey, deriveKey } from '../../main/backups/container/key-file.ts';
import { PageLog } from '../../main/backups/pagelog/page-log.ts';
import type { BackupOptions } from '../../main/backups/parts.ts';
import { dataFolderTarget, folderTarget } from '../../main/backups/targets/folder-target.ts';
import type { FirstTarget, RepositoryId } from '../../main/backups/targets/target.ts';
import { Jobs } from '../../main/jobs/jobs.ts';
import type { EntryDetails, Operation } from '../../main/operations/operation.ts';
import { filesCollection, rowState } from '../../main/row-hash/row-hash.ts';
import { contentPath } from '../../main/row-hash/tenant-rows.ts';
import { generateRecoveryKey } from '../../main/secrets/recovery-key.ts';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { auditMigrations } from '../../main/storage/migrations/audit.ts';
import { controlMigrations } from '../../main/storage/migrations/control.ts';
import { keysMigrations } from '../../main/storage/migrations/keys.ts';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import { systemIds } from '../../main/suite/system.ts';
import { CollectionTallies, DocumentWriter } from '../../main/tenants/data/document-writer.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import type { BackupResult, Snapshot } from '../../shared/contract/backups.ts';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { retentionByTier } from '../../shared/retention.ts';
import type { TargetCredentials } from '../../shared/target-place.ts';

const ids = systemIds(systemClock);

/** One recovery key for all tests of a file: deriving it costs a tenth of a second. */
export const recoveryKey = generateRecoveryKey();
const recoveryDerived: Promise<DerivedKey> = deriveKey(recoveryKey);

type BackupScope = Parameters<BackupManager['createBackup']>[0]['scope'];

export interface Protected {
  readonly folder: string;
  readonly manager: BackupManager;
  readonly jobs: Jobs;
  readonly parts: BackupOptions;
  readonly control: OpenStore;
  readonly audit: OpenStore;
  readonly tenantId: Uuid;
  readonly tenant: OpenStore;
  readonly filesFolder: string;
  /** What managers recorded, in order. */
  readonly recorded: (EntryDetails & { readonly action: string })[];
  /** Events that the audit log is said to have. */
  readonly logged: Set<string>;
  readonly afterRestore: Uuid[];
  /** Targets that were told to be full soon. */
  readonly filling: { readonly targetId: Uuid | null; readonly fullAt: number }[];
  operation(action?: string): Operation;
  /** Starts something and answers the finished job's result; throws the job's error. */
  finished<Result>(started: Promise<{ jobId: Uuid }>): Promise<Result>;
  /** Makes a backup, incremental where that can be; of the tenant where `scope` names nothing else. */
  backUp(kind?: 'full' | 'incremental', scope?: BackupScope): Promise<BackupResult>;
  /** As `backUp`; answers the one snapshot that was made. */
  snapshot(kind?: 'full' | 'incremental', scope?: BackupScope): Promise<Snapshot>;
  put(collection: string, id: string, value: JsonValue): Promise<void>;
  putAll(collection: string, documents: readonly { id: string; value: JsonValue }[]): Promise<void>;
  remove(collection: string, id: string): Promise<void>;
  addFile(name: string, content: Uint8Array): Promise<string>;
  removeFile(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface ProtectedOptions {
  readonly folder?: string;
  readonly tenantId?: Uuid;
  readonly installationId?: Uuid;
  readonly prefix?: Uint8Array;
  readonly password?: string;
  readonly recovery?: DerivedKey;
  readonly target?: (installationId: Uuid) => FirstTarget;
  readonly clock?: Clock;
  /** Leave the folder where it is at the end. */
  readonly keep?: boolean;
}

/** A small installation with one tenant, on real databases and real jobs. */
export async function makeProtected(options: ProtectedOptions = {}): Promise<Protected> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-backups-'));
  mkdirSync(folder, { recursive: true });
  const clock = options.clock ?? systemClock;
  const checkpointer = createCheckpointer();
  const errors: unknown[] = [];
  const tenantId = options.tenantId ?? ids.uuid();
  const tenantFolder = join(folder, 'tenants', tenantId);
  const filesFolder = join(tenantFolder, 'files');
  mkdirSync(filesFolder, { recursive: true });
  const pageLog = new PageLog({
    folder: join(folder, 'pitr'),
    clock,
    ids,
    report: (error) => errors.push(error),
  });
  const followed = (owner: RepositoryId) => ({
    mayCheckpoint: () => !pageLog.follows(owner),
    onGrown: () => pageLog.grown(owner),
  });
  const open = (file: string, name: string, migrations: Parameters<typeof openStore>[0]['migrations']) =>
    openStore({
      file,
      name,
      migrations,
      clock,
      checkpointer,
      createIfMissing: true,
      ...(name === 'keys' ? {} : followed('installation')),
    });
  const control = await open(join(folder, 'control.db'), 'control', controlMigrations);
  const audit = await open(join(folder, 'audit.db'), 'audit', auditMigrations);
  const keys = await open(join(folder, 'keys.db'), 'keys', keysMigrations);
  const own = [
    { name: 'control' as const, store: control },
    { name: 'audit' as const, store: audit },
  ];
  pageLog.opened('installation', own);
  const tenant = await openStore({
    file: join(tenantFolder, 'data.db'),
    name: 'tenant',
    migrations: tenantMigrations,
    clock,
    checkpointer,
    createIfMissing: true,
    ...followed(tenantId),
  });
  pageLog.opened(tenantId, [{ name: 'data', store: tenant }]);
  const installationId = options.installationId ?? ids.uuid();
  const prefix = options.prefix ?? randomBytes(32);
  const password = options.password ?? 'the machine keeps this';
  const recovery = options.recovery ?? (await recoveryDerived);
  const jobs = new Jobs({ control, clock, ids, log: (error) => errors.push(error) });
  const credentials = new Map<Uuid, TargetCredentials>();
  const recorded: Protected['recorded'] = [];
  const logged = new Set<string>();
  const afterRestore: Uuid[] = [];
  const filling: { targetId: Uuid | null; fullAt: number }[] = [];
  const missing = (id: string) => new HoldfastError('NOT_FOUND', 'No such tenant.', { kind: 'tenant', id });
  const target = options.target?.(installationId) ?? dataFolderTarget(folder);
  await target.prepare();
  let sharedDisk: boolean | null = null;
  const parts: BackupOptions = {
    control,
    sources: {
      installationId,
      installation: own,
      tenantIds: () => [tenantId],
      tenantId: (reference) => {
        if (reference !== tenantId && reference !== 'acme') throw missing(reference);
        return tenantId;
      },
      withTenant: (id, use) => {
        if (id !== tenantId) throw missing(id);
        return use({ store: tenant, filesFolder });
      },
      filesFolder: () => filesFolder,
      replaceUnreadable: () => Promise.reject(new Error('the database can be opened')),
      prospect: (_, wanted) => ({
        tier: wanted.tier ?? 'free',
        storageLimit: null,
        obstacles: [],
      }),
      compareParts: () => Promise.reject(new Error('parts are compared by the tenants’ manager')),
      bringBack: () => Promise.reject(new Error('parts are brought back by the tenants’ manager')),
      createFilled: () => Promise.reject(new Error('tenants are made by the tenants’ manager')),
      afterTenantRestored: (id) => {
        afterRestore.push(id);
        return Promise.resolve();
      },
    },
    keys: { password: () => password, recovery: () => recovery, rowHashPrefix: () => prefix },
    audit: {
      checkpointNote: (id) => (id === null ? 'installation note' : 'tenant note'),
      compare: () => Promise.resolve([]),
      saved: () => Promise.resolve(),
      logged: (eventIds) => new Set(eventIds.filter((id) => logged.has(id))),
      snapshotsTold: (id) =>
        Promise.resolve(
          recorded
            .filter(
              ({ action, tenantId: of, resource }) =>
                ['backup.create', 'backup.repair'].includes(action) &&
                resource.kind === 'snapshot' &&
                (of ?? null) === id,
            )
            .map(({ resource }) => resource.id)
            .filter(
              (made) =>
                !recorded.some(
                  ({ action, outcome, resource }) =>
                    action === 'backup.forget' && outcome !== 'failure' && resource.id === made,
                ),
            ),
        ),
    },
    retention: {
      defaultPolicy: () => ({ ...retentionByTier.professional }),
      backupEveryMs: () => 86_400_000,
      timeZone: () => 'UTC',
      operatorName: () => null,
      forgetting: () => ({
        record: (_transaction, details) => void recorded.push({ action: 'backup.forget', ...details }),
      }),
    },
    recovery: {
      parts: () =>
        Promise.resolve({
          recoveryJson: Buffer.from('{}'),
          keyring: Buffer.from('sealed keyring'),
          keysDb: Buffer.from('sealed keys'),
        }),
    },
    copying: {
      mayReplicate: () => true,
      tierOf: () => 'enterprise',
      credentials: (id) => credentials.get(id) ?? null,
      putCredentials: (id, given) => {
        if (given === null) credentials.delete(id);
        else credentials.set(id, given);
        return Promise.resolve();
      },
      operatorName: () => null,
      copyErased: () => undefined,
      copyKept: () => undefined,
      copiesReplaced: () => Promise.resolve(),
      targetRemoved: () => undefined,
      synchronised: () => Promise.resolve(),
    },
    healing: {
      telling: () => ({
        record: (_transaction, details) => void recorded.push({ action: 'backup.heal', ...details }),
      }),
      told: (id) =>
        Promise.resolve(
          recorded
            .filter(({ action, tenantId: of }) => action === 'backup.heal' && (of ?? null) === id)
            .map(({ facts = {} }) => ({ time: clock.now(), facts })),
        ),
      noticed: (_transaction, tenantId, what) =>
        void recorded.push({
          action: what,
          ...(tenantId === null ? {} : { tenantId }),
          resource: { kind: 'notice', id: what },
        }),
    },
    controlRestore: {
      folder: join(folder, 'temporary', 'setting-back'),
      plan: () => Promise.reject(new Error('the installation’s own data are set back by the suite')),
      noticed: () => undefined,
      settled: () => undefined,
      operatorName: () => null,
      needPassphrase: async () => [],
    },
    standingIn: {
      returning: () => ({
        record: (_transaction, details) => void recorded.push({ action: 'backup.target.return', ...details }),
      }),
      noticed: (_transaction, isElsewhere) =>
        void recorded.push({
          action: isElsewhere ? 'backups-elsewhere' : 'backups-returned',
          resource: { kind: 'notice', id: 'backups-elsewhere' },
        }),
    },
    target,
    firstPlace: {
      wasMarked: () => true,
      marked: () => Promise.resolve(),
      sharedDisk: () => sharedDisk,
      noteDisk: (shared) => {
        sharedDisk = shared;
        return Promise.resolve();
      },
      at: (path) => (path === null ? dataFolderTarget(folder) : folderTarget(path, installationId)),
      chosen: () => undefined,
    },
    pageLog,
    report: (error) => void errors.push(error),
    targetFilling: (targetId, fullAt) => {
      filling.push({ targetId, fullAt });
      return Promise.resolve();
    },
    jobs,
    clock,
    ids,
    app: '0.0.0-test',
    dataFolder: folder,
  };

  const putAll: Protected['putAll'] = (collection, documents) =>
    tenant.write((transaction) => {
      const writer = new DocumentWriter(transaction, prefix);
      for (const { id, value } of documents) {
        writer.put(collection, id, JSON.stringify(value), writer.newest(collection, id), null);
      }
      writer.finish();
    });

  const manager = new BackupManager(parts);
  const operation: Protected['operation'] = (action = 'backup.create') => ({
    id: ids.uuid(),
    action,
    caller: { kind: 'system' },
    signal: new AbortController().signal,
    record: (_transaction, details) => void recorded.push({ action, ...details }),
    describe: () => undefined,
  });
  const finished: Protected['finished'] = async <Result>(started: Promise<{ jobId: Uuid }>) => {
    const { jobId } = await started;
    for await (const _ of jobs.watch(jobId));
    const { state, error, result } = jobs.getJob({ jobId });
    if (state === 'succeeded') return result as Result;
    const cause = errors.at(-1);
    throw new HoldfastError(
      (error?.code ?? 'INTERNAL') as 'INTERNAL',
      error?.message ?? state,
      {},
      { cause },
    );
  };
  const backUp: Protected['backUp'] = (kind = 'incremental', scope = { tenant: tenantId }) =>
    finished(manager.createBackup({ scope, kind }, operation()));

  return {
    folder,
    manager,
    jobs,
    parts,
    control,
    audit,
    tenantId,
    tenant,
    filesFolder,
    recorded,
    logged,
    afterRestore,
    filling,
    operation,
    finished,
    backUp,
    async snapshot(kind, scope) {
      const [made] = (await backUp(kind, scope)).snapshots;
      if (made === undefined) throw new TypeError('a backup makes a snapshot');
      return made;
    },
    put: (collection, id, value) => putAll(collection, [{ id, value }]),
    putAll,
    async remove(collection, id) {
      await tenant.write((transaction) => {
        const writer = new DocumentWriter(transaction, prefix);
        const newest = writer.newest(collection, id);
        if (newest !== undefined) writer.delete(collection, id, newest);
        writer.finish();
      });
    },
    async addFile(name, content) {
      const hash = createHash('sha256').update(content).digest();
      const path = contentPath(filesFolder, hash.toString('hex'));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      await tenant.write((transaction) => {
        const id = ids.uuid();
        transaction
          .sql('INSERT INTO files (id, name, size, sha256, created_at) VALUES (?, ?, ?, ?, ?)')
          .run(id, name, content.length, hash, transaction.commit.time);
        const tallies = new CollectionTallies(transaction, prefix);
        tallies.add(filesCollection, id, 1, rowState.live, hash);
        tallies.finish();
      });
      return hash.toString('hex');
    },
    async removeFile(name) {
      await tenant.write((transaction) => {
        const [row] = transaction
          .sql<{ id: string; sha256: Uint8Array }>('DELETE FROM files WHERE name = ? RETURNING id, sha256')
          .all(name);
        if (row === undefined) throw new TypeError(`there is no file ${name}`);
        const tallies = new CollectionTallies(transaction, prefix);
        tallies.subtract(filesCollection, row.id, 1, rowState.live, row.sha256);
        tallies.finish();
      });
    },
    async close() {
      await jobs.stop();
      await pageLog.closing(tenantId);
      await pageLog.closing('installation');
      for (const store of [tenant, keys, audit, control]) await store.close();
      await pageLog.close();
      await checkpointer.close();
      if (options.keep !== true) rmSync(folder, { recursive: true, force: true });
    },
  };
}
