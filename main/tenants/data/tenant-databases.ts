import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { storageError } from '../../storage/sqlite-errors.ts';
import type { Transaction } from '../../storage/store.ts';
import type { StoreHooks, TenantKeys } from '../needs.ts';
import type { TenantFolders } from '../registry/tenant-folder.ts';
import { readStorage, setStorageLimit } from './storage-counter.ts';

/** One tenant's database and folder. Whoever holds it can reach no other tenant's. */
export interface TenantDatabase {
  readonly tenantId: Uuid;
  /** `tenants/<id>` in the installation folder. */
  readonly folder: string;
  readonly store: OpenStore;
  readonly rowHashPrefix: Uint8Array;
  /** `Store.write`, refused with CONFLICT once the tenant is suspended. */
  write<Result>(change: (transaction: Transaction) => Result): Promise<Result>;
}

export interface TenantDatabasesOptions {
  readonly folders: TenantFolders;
  readonly keys: Pick<TenantKeys, 'rowHashPrefix'>;
  /** Opens (or makes) the database in this file, at its newest format. */
  readonly open: (file: string, options: { createIfMissing: boolean }) => Promise<OpenStore>;
  /** The storage limit of the tenant's tier, in bytes; null is unlimited. Throws NOT_FOUND. */
  readonly storageLimit: (tenantId: Uuid) => number | null;
  /** Throws CONFLICT for a suspended tenant. */
  readonly requireActive: (tenantId: Uuid) => void;
  readonly hooks?: Pick<StoreHooks, 'opened' | 'closing'> | undefined;
  /** How many stay open when nobody uses them. */
  readonly maximum?: number | undefined;
}

interface Entry {
  readonly opening: Promise<TenantDatabase>;
  users: number;
  closing?: Promise<void>;
}

/** Opens tenants' databases when they are needed and closes those unused for longest. */
export class TenantDatabases {
  readonly #options: TenantDatabasesOptions;
  readonly #maximum: number;
  /** In the order of last use. */
  readonly #entries = new Map<Uuid, Entry>();
  #closed = false;

  constructor(options: TenantDatabasesOptions) {
    this.#options = options;
    this.#maximum = options.maximum ?? 50;
  }

  /** Keeps the tenant's database open while `work` runs. Errors: NOT_FOUND, UNAVAILABLE (stopping), those of opening. */
  async use<Result>(
    tenantId: Uuid,
    work: (database: TenantDatabase) => Promise<Result> | Result,
  ): Promise<Result> {
    const entry = await this.#enter(tenantId, () => this.#open(tenantId));
    try {
      return await work(await entry.opening);
    } finally {
      entry.users -= 1;
      this.#closeUnused();
    }
  }

  /** Makes a new tenant's database, or opens the one it was filled with, before its row is in control.db. */
  async create(tenantId: Uuid, storageLimit: number | null): Promise<void> {
    const entry = await this.#enter(tenantId, () => this.#make(tenantId, storageLimit, true));
    try {
      await entry.opening;
    } finally {
      entry.users -= 1;
    }
  }

  /** Copies the limit of the tenant's tier, as it is now, into its database. */
  async syncStorageLimit(tenantId: Uuid): Promise<void> {
    await this.use(tenantId, ({ store }) => copyLimit(store, () => this.#options.storageLimit(tenantId)));
  }

  /** The database's content was replaced: its limit is the tier's again, and no import in it runs. */
  async afterRestore(tenantId: Uuid): Promise<void> {
    await this.syncStorageLimit(tenantId);
    await this.use(tenantId, ({ store }) => endAbandonedImports(store));
  }

  /** Closes one tenant's database, if it is open, once what was asked of it is done. */
  async close(tenantId: Uuid): Promise<void> {
    const entry = this.#entries.get(tenantId);
    if (entry !== undefined) await this.#close(tenantId, entry);
  }

  /**
   * Puts a whole database in the place of one that is missing or cannot be opened, which stays beside it as
   * `data.db.<aside>`. Nobody opens the tenant meanwhile. Stopped midway, the database is missing, never empty.
   */
  async replaceUnreadable(tenantId: Uuid, file: string, aside: string): Promise<void> {
    const { folders } = this.#options;
    for (let entry = this.#entries.get(tenantId); entry; entry = this.#entries.get(tenantId)) {
      await this.#close(tenantId, entry);
    }
    const closing = putInPlace(file, folders.path(tenantId), aside).finally(() => {
      this.#entries.delete(tenantId);
    });
    this.#entries.set(tenantId, { opening: new Promise(() => undefined), users: 0, closing });
    await closing;
  }

  /** Refuses new uses and closes all. */
  async closeAll(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#entries].map(([tenantId, entry]) => this.#close(tenantId, entry)));
  }

  async #enter(tenantId: Uuid, open: () => Promise<TenantDatabase>): Promise<Entry> {
    for (;;) {
      if (this.#closed) {
        throw new HoldfastError('UNAVAILABLE', 'The tenants are being closed.', { manager: 'tenants' });
      }
      const found = this.#entries.get(tenantId);
      if (found?.closing !== undefined) {
        // Opening beside a closing one would lose locks: the file's one raw descriptor is closed last.
        await found.closing;
        continue;
      }
      const entry = found ?? { opening: open(), users: 0 };
      entry.users += 1;
      this.#entries.delete(tenantId);
      this.#entries.set(tenantId, entry);
      if (found === undefined) {
        entry.opening.catch(() => {
          if (this.#entries.get(tenantId) === entry) this.#entries.delete(tenantId);
        });
      }
      return entry;
    }
  }

  async #open(tenantId: Uuid): Promise<TenantDatabase> {
    const limit = this.#options.storageLimit(tenantId);
    return await this.#make(tenantId, limit, false);
  }

  async #make(tenantId: Uuid, limit: number | null, createIfMissing: boolean): Promise<TenantDatabase> {
    const { folders, keys, requireActive, hooks } = this.#options;
    const folder = folders.path(tenantId);
    const rowHashPrefix = keys.rowHashPrefix(tenantId);
    const store = await this.#options.open(join(folder, 'data.db'), { createIfMissing });
    try {
      await copyLimit(store, () => limit);
      await endAbandonedImports(store);
      hooks?.opened(tenantId, store);
    } catch (error) {
      await store.close();
      throw error;
    }
    return {
      tenantId,
      folder,
      store,
      rowHashPrefix,
      write: (change) =>
        store.write((transaction) => {
          requireActive(tenantId);
          return change(transaction);
        }),
    };
  }

  #closeUnused(): void {
    const open = [...this.#entries].filter(([, entry]) => entry.closing === undefined);
    const idle = open.filter(([, entry]) => entry.users === 0);
    const surplus = open.length - this.#maximum;
    for (const [tenantId, entry] of idle.slice(0, Math.max(0, surplus))) {
      // A failure here is met again by whoever opens the tenant next; `closeAll` reports it too.
      this.#close(tenantId, entry).catch(() => undefined);
    }
  }

  #close(tenantId: Uuid, entry: Entry): Promise<void> {
    entry.closing ??= entry.opening
      .then(
        async ({ store }) => {
          await this.#options.hooks?.closing(tenantId, store);
          await store.close();
        },
        () => undefined, // it never opened, and whoever asked was told
      )
      .finally(() => {
        if (this.#entries.get(tenantId) === entry) this.#entries.delete(tenantId);
      });
    return entry.closing;
  }
}

async function putInPlace(file: string, folder: string, aside: string): Promise<void> {
  const place = join(folder, 'data.db');
  try {
    await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 });
    // the log first: it must never be taken for the new file's
    for (const end of ['-wal', '-shm', '']) {
      await rename(`${place}${end}`, `${place}.${aside}${end}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    await rename(file, place);
    await syncFolder(folder);
  } catch (error) {
    throw storageError(error, 'tenant');
  }
}

async function copyLimit(store: OpenStore, limit: () => number | null): Promise<void> {
  if (readStorage(store).limit === limit()) return;
  await store.write((transaction) => setStorageLimit(transaction, limit()));
}

/** An import that was running when its process ended, or in the snapshot restored, can be undone but not gone on with. */
async function endAbandonedImports(store: OpenStore): Promise<void> {
  if (store.sql(`SELECT 1 FROM imports WHERE state = 'running'`).get() === undefined) return;
  await store.write((transaction) => {
    transaction.sql(`UPDATE imports SET state = 'interrupted' WHERE state = 'running'`).run();
  });
}
