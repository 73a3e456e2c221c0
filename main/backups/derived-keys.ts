import { HoldfastError } from '../../shared/errors.ts';
import { type DerivedKey, deriveKey } from './container/key-file.ts';
import { deriveFor, type RepositoryAccess } from './repository-access.ts';
import type { RepositoryId } from './targets/target.ts';

/**
 * What scrypt makes of the passwords of repositories: a tenth of a second each, and the same every time. Kept in memory, as
 * the passwords are.
 */
export class DerivedKeys {
  readonly #known = new Map<RepositoryId, DerivedKey>();

  /** What is known of this repository; its key file may have been replaced since, then the password opens it. */
  of(id: RepositoryId): DerivedKey | undefined {
    return this.#known.get(id);
  }

  /**
   * Derives what opens a repository, for whoever has other work to do until a thread needs it; or what will open it, where
   * there is none and it may be made. Unchanged where it is on another machine or cannot be read: the thread tells of that.
   */
  async ahead(id: RepositoryId, access: RepositoryAccess, mayCreate = false): Promise<RepositoryAccess> {
    if (access.location.kind !== 'folder') return access;
    const derived = await whereReadable(access);
    if (derived === undefined) return mayCreate ? await this.forNew(id, access) : access;
    this.#known.set(id, derived);
    return { ...access, derived };
  }

  /** Derives what will open a repository that is about to be made. */
  async forNew(id: RepositoryId, access: RepositoryAccess): Promise<RepositoryAccess> {
    const derived = await deriveKey(access.password);
    this.#known.set(id, derived);
    return { ...access, derived };
  }

  forget(id: RepositoryId): void {
    this.#known.delete(id);
  }
}

async function whereReadable(access: RepositoryAccess): Promise<DerivedKey | undefined> {
  try {
    return await deriveFor(access);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}
