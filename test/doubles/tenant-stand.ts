import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobContext, JobRequest, JobStarter } from '../../main/jobs/job-runner.ts';
import type { EntryDetails, Operation } from '../../main/operations/operation.ts';
import { type RowState, rehash } from '../../main/row-hash/row-hash.ts';
import { controlMigrations } from '../../main/storage/migrations/control.ts';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import type { Reading, Transaction } from '../../main/storage/store.ts';
import type { RepositoryHook, SubjectSealer, TenantKeys } from '../../main/tenants/needs.ts';
import { TenantManager, type TenantManagerOptions } from '../../main/tenants/tenant-manager.ts';
import type { Clock } from '../../shared/clock.ts';
import type { JsonValue } from '../../shared/errors.ts';
import { type Uuid, uuidSource } from '../../shared/ids.ts';

export const ids = uuidSource(Date.now, (length) => randomBytes(length));
const clock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.round(performance.now() * 1000),
};

/** Keeps every tenant's prefix in one file, so that it outlives the process. */
class FileKeys implements TenantKeys {
  readonly #folder: string;
  readonly #prefixes = new Map<string, Buffer>();

  constructor(folder: string) {
    this.#folder = folder;
  }
  async addTenant(id: Uuid): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const prefix = randomBytes(32);
    await writeFile(join(this.#folder, id), prefix);
    this.#prefixes.set(id, prefix);
  }
  async removeTenant(id: Uuid): Promise<void> {
    await rm(join(this.#folder, id), { force: true });
    this.#prefixes.delete(id);
  }
  rowHashPrefix(id: Uuid): Uint8Array {
    const prefix = this.#prefixes.get(id);
    if (prefix === undefined) throw new RangeError(`no keys of ${id}`);
    return prefix;
  }
  async load(id: string): Promise<void> {
    this.#prefixes.set(id, await readFile(join(this.#folder, id)));
  }
  has(id: Uuid): boolean {
    return existsSync(join(this.#folder, id));
  }
}

class MemorySealer implements SubjectSealer {
  readonly keys = new Map<Uuid, Buffer>();
  readonly #owners = new Map<Uuid, Uuid>();

  async create(subject: Uuid, owner: Uuid): Promise<void> {
    this.keys.set(subject, randomBytes(32));
    this.#owners.set(subject, owner);
  }
  seal(subject: Uuid, field: string, value: string): Uint8Array {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key(subject), nonce).setAAD(Buffer.from(field));
    return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  }
  open(subject: Uuid, field: string, sealed: Uint8Array): string | null {
    if (!this.keys.has(subject)) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.#key(subject), sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(field)).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString();
  }
  async destroy(subject: Uuid): Promise<void> {
    this.keys.delete(subject);
  }
  async destroyAll(owner: Uuid): Promise<void> {
    for (const [subject, of] of this.#owners) if (of === owner) this.keys.delete(subject);
  }
  #key(subject: Uuid): Buffer {
    const key = this.keys.get(subject);
    if (key === undefined) throw new RangeError('no such subject');
    return key;
  }
}

class Repositories implements RepositoryHook {
  readonly prepared = new Set<Uuid>();
  fails = false;

  async prepare(id: Uuid): Promise<void> {
    if (this.fails) throw new RangeError('no repository today');
    this.prepared.add(id);
  }
  async remove(id: Uuid): Promise<void> {
    this.prepared.delete(id);
  }
  async erase(id: Uuid): Promise<void> {
    this.prepared.delete(id);
  }
}

interface JobLog {
  readonly phases: string[];
  advanced: number;
}

/** Runs each job at once; `onProgress` sees every step of it. */
class InlineJobs implements JobStarter {
  readonly #results = new Map<Uuid, Promise<JsonValue>>();
  readonly log: JobLog = { phases: [], advanced: 0 };
  onProgress: (log: JobLog) => void = () => undefined;

  async start<Result extends JsonValue>(request: JobRequest<Result>): Promise<{ jobId: Uuid }> {
    const jobId = ids.uuid();
    const told = () => this.onProgress(this.log);
    const context: JobContext = {
      jobId,
      operation: request.operation,
      progress: {
        phase: (name) => {
          this.log.phases.push(name);
          told();
        },
        advance: (by) => {
          this.log.advanced += by;
          told();
        },
      },
    };
    const result = request.run(context);
    result.catch(() => undefined); // each test asks for its result
    this.#results.set(jobId, result);
    return { jobId };
  }
  async result(started: Promise<{ jobId: Uuid }>): Promise<JsonValue> {
    const { jobId } = await started;
    return (await this.#results.get(jobId)) ?? null;
  }
}

export function operation(action = 'test.action', signal = new AbortController().signal): Operation {
  return {
    id: ids.uuid(),
    action,
    caller: { kind: 'system' },
    signal,
    describe: () => undefined,
    record(transaction: Transaction, details: EntryDetails) {
      transaction.outbox({
        eventId: ids.uuid(),
        tenantId: details.tenantId ?? null,
        critical: false,
        draft: Buffer.from(
          JSON.stringify({ act: action, ...details, personal: details.personal?.length ?? 0 }),
        ),
        openings: [],
      });
    },
  };
}

/** What waits for the log, as `action outcome`. */
export function recorded(store: OpenStore): { act: string; outcome?: string; resource: { kind: string } }[] {
  return store.pendingEvents(1000).map(({ event }) => JSON.parse(Buffer.from(event.draft).toString()));
}

/** A real TenantManager over real databases; its jobs run at once, its keys outlive the process. */
export class TenantStand {
  readonly base: string;
  readonly folder: string;
  readonly outside: string;
  readonly control: OpenStore;
  readonly keys: FileKeys;
  readonly sealer = new MemorySealer();
  readonly repository = new Repositories();
  readonly jobs = new InlineJobs();
  readonly manager: TenantManager;

  private constructor(base: string, control: OpenStore, options: Partial<TenantManagerOptions>) {
    this.base = base;
    this.folder = join(base, 'installation');
    this.outside = join(base, 'outside');
    this.control = control;
    this.keys = new FileKeys(join(base, 'keys'));
    this.manager = new TenantManager({
      keyPlaces: () => [],
      installation: this.folder,
      tenantsFolder: join(this.folder, 'tenants'),
      control,
      ids,
      jobs: this.jobs,
      keys: this.keys,
      sealer: this.sealer,
      blindIndex: (text) => createHmac('sha256', 'test').update(text).digest(),
      repository: this.repository,
      openStore: (file, { createIfMissing }) =>
        openStore({ file, name: 'tenant', migrations: tenantMigrations, clock, createIfMissing }),
      ...options,
    });
  }

  static async open(base: string, options: Partial<TenantManagerOptions> = {}): Promise<TenantStand> {
    await mkdir(join(base, 'installation'), { recursive: true });
    await mkdir(join(base, 'outside'), { recursive: true });
    const control = await openStore({
      file: join(base, 'installation', 'control.db'),
      name: 'control',
      migrations: controlMigrations,
      clock,
      createIfMissing: true,
    });
    const installation = new TenantStand(base, control, options);
    for (const id of installation.manager.tenantIds()) await installation.keys.load(id);
    return installation;
  }

  async createTenant(name = 'Acme', tier: 'free' | 'standard' | 'professional' | 'enterprise' = 'free') {
    return await this.manager.createTenant({ name, tier, sample: false }, operation('tenant.create'));
  }

  async put(tenant: string, collection: string, id: string, value: JsonValue, ifRevision?: number) {
    return await this.manager.putDocument(
      { tenant, collection, id, value: structuredClone(value) as never, ifRevision },
      operation('data.put'),
    );
  }

  async file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.outside, name);
    await writeFile(path, content);
    return path;
  }

  /** What the tenant's database keeps of its rows is what its rows are. */
  async requireKeptIsCounted(tenant: Uuid): Promise<void> {
    const { kept, counted } = await this.manager.withDatabase(tenant, ({ store }) =>
      keptAndCounted(store, this.keys.rowHashPrefix(tenant)),
    );
    assert.deepEqual(kept, counted);
  }

  async close(): Promise<void> {
    await this.manager.close();
    await this.control.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.base, { recursive: true });
  }
}

/** A stand in a folder of its own, with one tenant. */
export async function standWithTenant(): Promise<{ installation: TenantStand; tenant: Uuid }> {
  const installation = await TenantStand.open(await temporaryFolder());
  const { id: tenant } = await installation.createTenant();
  return { installation, tenant };
}

export async function temporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'tenants-'));
}

interface HashedTable {
  readonly collection: string;
  readonly id: string;
  readonly revision: number;
  readonly state: RowState;
  readonly contentHash: Uint8Array;
}

/** The kept sums, counts and storage bytes of a tenant's database beside the same made again from its rows. */
export function keptAndCounted(database: Reading, prefix: Uint8Array) {
  const rows = database
    .sql<HashedTable>(
      `SELECT collection, id, revision, state, content_hash AS contentHash FROM documents
       UNION ALL SELECT '$files', id, 1, 1, sha256 FROM files`,
    )
    .all();
  const live = database
    .sql<{ collection: string; n: number }>(
      `SELECT collection, count(*) AS n FROM documents WHERE state = 1 GROUP BY collection
       UNION ALL SELECT '$files', count(*) FROM files`,
    )
    .all();
  const counted: { [collection: string]: string } = {};
  for (const [collection, { rows: n, sum }] of rehash(prefix, rows)) {
    const documents = live.find((row) => row.collection === collection)?.n ?? 0;
    counted[collection] = `${documents} ${n} ${Buffer.from(sum).toString('hex')}`;
  }
  const kept: { [collection: string]: string } = {};
  for (const row of database
    .sql<{ collection: string; documents: number; rows: number; row_hash: Uint8Array }>(
      'SELECT * FROM collections ORDER BY collection',
    )
    .all()) {
    const hash = Buffer.from(row.row_hash).toString('hex');
    if (row.rows > 0) kept[row.collection] = `${row.documents} ${row.rows} ${hash}`;
    else if (hash !== '0'.repeat(64) || row.documents !== 0) kept[row.collection] = `not empty: ${hash}`;
  }
  const used = database.sql<{ used: number }>('SELECT used FROM storage').get()?.used;
  const bytes = database
    .sql<{ n: number }>(
      `SELECT (SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) FROM documents)
            + (SELECT coalesce(sum(size), 0) FROM files) AS n`,
    )
    .get()?.n;
  return { kept: { sums: kept, used }, counted: { sums: counted, used: bytes } };
}
