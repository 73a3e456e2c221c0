import type { Uuid } from '../../shared/ids.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { OperationRun } from '../operations/operation-run.ts';

export interface AfterBackupParts {
  readonly backups: BackupManager;
  readonly jobs: Jobs;
  /** The system asks for it. */
  begin(action: 'backup.create' | 'backup.retention.apply' | 'backup.target.sync'): OperationRun;
  report(error: unknown): void;
}

/** What follows a backup by schedule: retention, and copies to further targets. Their jobs tell what comes of them. */
export class AfterBackup {
  readonly #parts: AfterBackupParts;

  constructor(parts: AfterBackupParts) {
    this.#parts = parts;
  }

  /** Never fails: a backup that was made is made. */
  async run(scope: { readonly tenant: Uuid } | { readonly installation: true }): Promise<void> {
    const folders = 'tenant' in scope ? this.#parts.backups.retention.foldersOf(scope.tenant) : [];
    for (const each of [scope, ...folders.map((folderId) => ({ folderId }))]) {
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

  async #applyRetention(
    scope: { readonly tenant: Uuid } | { readonly installation: true } | { readonly folderId: Uuid },
  ): Promise<void> {
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
