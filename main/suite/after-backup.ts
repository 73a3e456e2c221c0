import type { Uuid } from '../../shared/ids.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { OperationRun } from '../operations/operation-run.ts';
import { jobDone } from './job-done.ts';

export interface AfterBackupParts {
  readonly backups: BackupManager;
  readonly jobs: Jobs;
  /** The system asks for it. */
  begin(action: 'backup.create' | 'backup.retention.apply' | 'backup.target.sync'): OperationRun;
  report(error: unknown): void;
}

type OwnerScope = { readonly tenant: Uuid } | { readonly installation: true };

/** What follows a backup by schedule: retention, and copies to further targets. Their jobs tell what comes of them. */
export class AfterBackup {
  readonly #parts: AfterBackupParts;

  constructor(parts: AfterBackupParts) {
    this.#parts = parts;
  }

  /** Never fails: a backup that was made is made. */
  async run(scope: OwnerScope): Promise<void> {
    for (const each of this.#withFolders(scope)) {
      try {
        await this.#applyRetention(each);
      } catch (error) {
        this.#parts.report(error);
      }
    }
    try {
      await this.#copy();
    } catch (error) {
      this.#parts.report(error);
    }
  }

  /**
   * On a full disk, for these owners: removes at once the snapshots that have waited long enough, and gives back what was
   * removed before. Answers whether anything was done. Never fails.
   */
  async makeRoom(scopes: readonly OwnerScope[]): Promise<boolean> {
    const { backups, jobs, begin, report } = this.#parts;
    let done = false;
    for (const each of scopes.flatMap((scope) => this.#withFolders(scope))) {
      try {
        const started = await backups.retention.makeRoom(each, () => begin('backup.retention.apply'));
        if (started === undefined) continue;
        await jobDone(jobs, started.jobId);
        done = true;
      } catch (error) {
        report(error);
      }
    }
    return done;
  }

  #withFolders(scope: OwnerScope): readonly (OwnerScope | { readonly folderId: Uuid })[] {
    const folders = 'tenant' in scope ? this.#parts.backups.retention.foldersOf(scope.tenant) : [];
    return [scope, ...folders.map((folderId) => ({ folderId }))];
  }

  async #applyRetention(scope: OwnerScope | { readonly folderId: Uuid }): Promise<void> {
    const { backups, jobs, begin } = this.#parts;
    if (!(await backups.retention.isRunDue(scope))) return;
    const { jobId } = await backups.retention.applyRetention(scope, begin('backup.retention.apply'));
    for await (const _ of jobs.watch(jobId));
  }

  /** To every further target that can be reached and lacks something; one that was away is asked again next time. */
  async #copy(): Promise<void> {
    const { backups, jobs, begin } = this.#parts;
    for (const targetId of await backups.copies.due()) {
      const { jobId } = await backups.copies.syncTarget({ targetId }, begin('backup.target.sync'));
      for await (const _ of jobs.watch(jobId));
    }
  }
}
