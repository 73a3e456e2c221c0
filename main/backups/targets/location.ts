import type { S3Credentials, S3Place, SftpCredentials, SftpPlace } from '../../../shared/target-place.ts';

export interface FolderLocation {
  readonly kind: 'folder';
  readonly path: string;
}

/** Credentials are null where they were lost with a machine: whatever is asked of the place then is FORBIDDEN. */
export type S3Location = S3Place & { readonly credentials: S3Credentials | null };
export type SftpLocation = SftpPlace & { readonly credentials: SftpCredentials | null };

/** Where a repository lies, in a form that can be handed to another thread. */
export type RepositoryLocation = FolderLocation | S3Location | SftpLocation;
