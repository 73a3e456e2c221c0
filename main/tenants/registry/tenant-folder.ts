import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { storageError } from '../../storage/sqlite-errors.ts';
import { systemError } from '../../storage/system-error.ts';

const isUuid = (text: string): text is Uuid => uuidPattern.test(text);

/**
 * Stands as an empty file in a tenant's folder. `unfinished`: until its row in control.db is durable. `filling`: a
 * sample, until all its data is in. `deleted`: from before its row is removed until nothing of it is left.
 */
export type FolderMark = 'unfinished' | 'filling' | 'deleted';

/** What systems answer when something is in a folder, or is none. */
const holdsSomething = new Set<string | undefined>(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/** The folders of all tenants, `tenants/` in the installation's. Errors of all: STORAGE_FULL, READ_ONLY, IO. */
export class TenantFolders {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  path(tenantId: Uuid): string {
    if (!isUuid(tenantId)) throw new TypeError('a tenant is named by its id here');
    return join(this.#root, tenantId);
  }

  /** Makes the folder with `files/` in it, marked as unfinished, durably. */
  async create(tenantId: Uuid): Promise<void> {
    const folder = this.path(tenantId);
    await told(async () => {
      await mkdir(this.#root, { recursive: true, mode: 0o700 });
      await mkdir(folder, { mode: 0o700 });
      await writeFile(this.#mark(tenantId, 'unfinished'), '', { flag: 'wx', mode: 0o600 });
      await mkdir(join(folder, 'files'), { mode: 0o700 });
      await syncFolder(folder);
      await syncFolder(this.#root);
    });
  }

  /** Durably; a mark that is there stays. */
  async mark(tenantId: Uuid, mark: FolderMark): Promise<void> {
    await told(async () => {
      await writeFile(this.#mark(tenantId, mark), '', { mode: 0o600 });
      await syncFolder(this.path(tenantId));
    });
  }

  /** Durably; does nothing where there is no such mark. */
  async unmark(tenantId: Uuid, mark: FolderMark): Promise<void> {
    await told(async () => {
      await rm(this.#mark(tenantId, mark), { force: true });
      await syncFolder(this.path(tenantId));
    });
  }

  async isMarked(tenantId: Uuid, mark: FolderMark): Promise<boolean> {
    const found = await stat(this.#mark(tenantId, mark)).catch(() => null);
    return found !== null;
  }

  /** Removes the folder; `mark`, which says that it may be removed, goes last. */
  async remove(tenantId: Uuid, mark: FolderMark): Promise<void> {
    const folder = this.path(tenantId);
    await told(async () => {
      for (const name of await unlessMissing(readdir(folder), [])) {
        if (name !== mark) await rm(join(folder, name), { recursive: true, force: true });
      }
      await unlessMissing(syncFolder(folder), undefined);
      await rm(folder, { recursive: true, force: true });
      await unlessMissing(syncFolder(this.#root), undefined);
    });
  }

  /** Removes the folder if nothing at all is in it. Answers whether it did. */
  async removeEmpty(tenantId: Uuid): Promise<boolean> {
    return await told(async () => {
      try {
        await rmdir(this.path(tenantId));
        return true;
      } catch (error) {
        if (holdsSomething.has(systemError(error)?.errno)) return false;
        throw error;
      }
    });
  }

  /** Ids of all tenant folders there are. */
  async list(): Promise<Uuid[]> {
    const names = await told(() => unlessMissing<string[]>(readdir(this.#root), []));
    return names.filter(isUuid);
  }

  #mark(tenantId: Uuid, mark: FolderMark): string {
    return join(this.path(tenantId), mark);
  }
}

async function unlessMissing<Result>(action: Promise<Result>, otherwise: Result): Promise<Result> {
  return await action.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  });
}

async function told<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw storageError(error, 'tenant');
  }
}
