import type { Uuid } from '../../../shared/ids.ts';
import { FolderFiles } from '../container/folder-files.ts';
import type { Kept, RepositoryFiles } from '../container/repository-files.ts';
import type { FolderLocation, RepositoryLocation } from './location.ts';
import { S3Files } from './s3/s3-files.ts';
import { SftpFiles } from './sftp/sftp-files.ts';

/** One repository per tenant, and one for the installation itself. */
export type RepositoryId = Uuid | 'installation';

export function repositoryIdOf(tenantId: Uuid | null): RepositoryId {
  return tenantId ?? 'installation';
}

/** The files of a repository at `location`. */
export function repositoryFiles(location: RepositoryLocation): RepositoryFiles {
  switch (location.kind) {
    case 'folder':
      return new FolderFiles(location.path);
    case 's3':
      return new S3Files(location);
    case 'sftp':
      return new SftpFiles(location);
  }
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

/** A place where backups go. */
export interface Target {
  /** Inside the data folder: never a disk that is not plugged in, so a repository that is gone is made anew. */
  readonly isInDataFolder: boolean;
  /** `location` for threads, `url` for people and for restic. */
  repository(id: RepositoryId): { readonly location: RepositoryLocation; readonly url: string };
  /** Replaces the single copies on the target; what keeps older ones is answered. Errors: IO, STORAGE_FULL, READ_ONLY. */
  publishRecovery(parts: RecoveryParts): Promise<Kept | undefined>;
  /** What lies there of what `publishRecovery` wrote; undefined where nothing does. Errors: IO. */
  readCopies(): Promise<Pick<RecoveryParts, 'keyring' | 'keysDb'> | undefined>;
  /** False while its disk or server is away. */
  isReachable(): Promise<boolean>;
  /** Whether the target stands on the device that holds `folder`, so that one failure takes both. */
  sharesDeviceWith(folder: string): Promise<boolean>;
}

/** The one that backups are written to: a folder. */
export interface FirstTarget extends Target {
  /**
   * Makes this installation's place there and writes the mark by which it is known from then on: an empty mount point has
   * none. Errors: NOT_FOUND (the folder is not there), IO, READ_ONLY, STORAGE_FULL.
   */
  prepare(): Promise<void>;
  repository(id: RepositoryId): { readonly location: FolderLocation; readonly url: string };
}

/**
 * One that holds copies: a folder, a bucket or a folder of a server. Errors of all methods: UNAVAILABLE (it is away),
 * FORBIDDEN (its credentials are wrong, or do not allow this), NOT_FOUND, IO, READ_ONLY, STORAGE_FULL.
 */
export interface FurtherTarget extends Target {
  /**
   * Makes this installation's place there and writes the mark by which it is known later. Errors: CONFLICT (another
   * installation's backups lie there).
   */
  prepare(): Promise<void>;
  /** Does nothing where the place that was prepared can be worked with. */
  requireReady(): Promise<void>;
  /** Writes a file there, reads it back and removes it; answers the free bytes, null where the place does not tell. */
  probe(): Promise<number | null>;
  /** What the place keeps of a repository that was removed, and of its key files alone: without those nobody reads the rest. */
  keptOf(id: RepositoryId): Promise<{ readonly all: Kept | undefined; readonly keys: Kept | undefined }>;
  /** Removes a repository, its keys first; does nothing where there is none. */
  removeRepository(id: RepositoryId): Promise<Kept | undefined>;
}
