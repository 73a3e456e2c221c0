import { HoldfastError } from '../../../shared/errors.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { DerivedKey } from '../container/key-file.ts';
import { tenantIdOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { type RepositoryId, repositoryFiles } from '../targets/target.ts';
import { addRecoveryKey, removeFormerKeys } from './exchange-key.ts';
import { formerSalts } from './former-keys.ts';

/** Work on every repository of the first target. */
interface Round {
  /** Whose there are keys for: the installation and the tenants, those too that only the keyring knows. */
  readonly owners: readonly RepositoryId[];
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Which recovery key opens the repositories of the first target. */
export class RecoveryKeys {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /**
   * Makes `recovery` open every repository, beside the key that does so far. Answers how many there are. Errors:
   * UNAVAILABLE (the target is away, or a repository that has backups), those of `addRecoveryKey`, CANCELLED.
   */
  async add(recovery: DerivedKey, { owners, progress, signal }: Round): Promise<number> {
    const { target, clock } = this.#parts;
    if (!(await target.isReachable())) throw away();
    progress?.phase('Adding the new recovery key', owners.length, 'entries');
    let repositories = 0;
    for (const owner of owners) {
      throwIfCancelled(signal);
      const password = this.#passwordOf(owner);
      if (password !== undefined) {
        const files = repositoryFiles(target.repository(owner).location);
        const isThere = await addRecoveryKey(files, { password, recovery }, clock.now());
        if (!isThere && this.#hasBackups(owner)) throw away();
        if (isThere) repositories += 1;
      }
      progress?.advance(1);
    }
    return repositories;
  }

  /** Takes from every repository the recovery keys that are not in force any more. Errors: UNAVAILABLE, IO, READ_ONLY. */
  async removeFormer({ owners, progress }: Pick<Round, 'owners' | 'progress'>): Promise<void> {
    const { target, control, keys } = this.#parts;
    if (!(await target.isReachable())) throw away();
    const recovery = keys.recovery();
    const former = formerSalts(control, recovery.salt);
    progress?.phase('Removing the former recovery key', owners.length, 'entries');
    for (const owner of owners) {
      const files = repositoryFiles(target.repository(owner).location);
      if (!(await removeFormerKeys(files, { recovery }, former))) throw away();
      progress?.advance(1);
    }
  }

  /** Undefined for a tenant that was deleted meanwhile. */
  #passwordOf(owner: RepositoryId): string | undefined {
    try {
      return this.#parts.keys.password(owner);
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  #hasBackups(owner: RepositoryId): boolean {
    return listBriefly(this.#parts.control, tenantIdOf(owner)).length > 0;
  }
}

function away(): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    'Not every repository of the backup folder can be reached, so the recovery key is not replaced in all of them. Connect its disk, and try again.',
    { manager: 'backups', reason: 'first-target-away' },
  );
}
