import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { syncFolder } from '../../storage/durable-file.ts';
import { storageError } from '../../storage/sqlite-errors.ts';

const isUuid = (text: string): text is Uuid => uuidPattern.test(text);

/** Stands in a tenant's folder until its row in control.db is durable. */
const unfinishedMark = 'unfinished';

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
      await writeFile(join(folder, unfinishedMark), '', { flag: 'wx', mode: 0o600 });
      await mkdir(join(folder, 'files'), { mode: 0o700 });
      await syncFolder(folder);
      await syncFolder(this.#root);
    });
  }

  async finish(tenantId: Uuid): Promise<void> {
    await told(() => rm(join(this.path(tenantId), unfinishedMark), { force: true }));
  }

  async isUnfinished(tenantId: Uuid): Promise<boolean> {
    const mark = await stat(join(this.path(tenantId), unfinishedMark)).catch(() => null);
    return mark !== null;
  }

  async remove(tenantId: Uuid): Promise<void> {
    await told(() => rm(this.path(tenantId), { recursive: true, force: true }));
  }

  /** Ids of all tenant folders there are. */
  async list(): Promise<Uuid[]> {
    const names: string[] = await readdir(this.#root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw storageError(error, 'tenant');
    });
    return names.filter(isUuid);
  }
}

async function told<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw storageError(error, 'tenant');
  }
}
