import type { Uuid } from '../../../shared/ids.ts';
import { FolderFiles } from '../container/folder-files.ts';
import type { RepositoryFiles } from '../container/repository-files.ts';

/** One repository per tenant, and one for the installation itself. */
export type RepositoryId = Uuid | 'installation';

export function repositoryIdOf(tenantId: Uuid | null): RepositoryId {
  return tenantId ?? 'installation';
}

/** Where a repository lies, in a form that can be handed to another thread. */
export type RepositoryLocation = { readonly kind: 'folder'; readonly path: string };

/** The files of a repository at `location`. */
export function repositoryFiles(location: RepositoryLocation): RepositoryFiles {
  return new FolderFiles(location.path);
}

/** What a lost installation is recovered with, beside its repositories; none of it is readable without a key. */
export interface RecoveryParts {
  /** The master key sealed under the recovery key. */
  readonly recoveryJson: Uint8Array;
  /** The keyring without signing keys, sealed under the master key. */
  readonly keyring: Uint8Array;
  /** A copy of keys.db, sealed under the master key. */
  readonly keysDb: Uint8Array;
}

/** A place where backups go: a folder today; network shares, S3 and SFTP take the same seam. */
export interface Target {
  /** Inside the data folder: never a disk that is not plugged in, so a repository that is gone is made anew. */
  readonly isInDataFolder: boolean;
  /** `location` for threads, `url` for people and for restic. */
  repository(id: RepositoryId): { readonly location: RepositoryLocation; readonly url: string };
  /** Replaces the single copies on the target; nothing of them is kept. Errors: IO, STORAGE_FULL, READ_ONLY. */
  publishRecovery(parts: RecoveryParts): Promise<void>;
  /** What lies there of what `publishRecovery` wrote; undefined where nothing does. Errors: IO. */
  readCopies(): Promise<Pick<RecoveryParts, 'keyring' | 'keysDb'> | undefined>;
  /** False while its disk or server is away. */
  isReachable(): Promise<boolean>;
  /** Whether the target stands on the device that holds `folder`, so that one failure takes both. */
  sharesDeviceWith(folder: string): Promise<boolean>;
}
