import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import type { RemotePlace, TargetCredentials } from '../../../shared/target-place.ts';
import { folderTarget } from '../targets/folder-target.ts';
import { remoteStore } from '../targets/further-place.ts';
import type { RepositoryLocation } from '../targets/location.ts';
import { type RepositoryId, repositoryFiles } from '../targets/target.ts';
import { type FoundInstallation, findInstallation } from './find-installation.ts';
import { findRemoteInstallation } from './find-remote-installation.ts';
import { listRepositories, type SeenRepository } from './list-repositories.ts';

/** A target on another machine that a lost installation is recovered from. */
export interface RemoteSource {
  readonly place: RemotePlace;
  readonly credentials: TargetCredentials;
}

/** Where the backups of a lost installation are looked at; nothing is changed there. */
export interface BackupPlace {
  /** The one installation there. Errors: NOT_FOUND, CONFLICT (several), INTEGRITY (copies are missing), IO, those of the place. */
  find(): Promise<FoundInstallation>;
  /** What can be seen of its repositories without any key. */
  repositories(installationId: Uuid): Promise<readonly SeenRepository[]>;
  location(installationId: Uuid, id: RepositoryId): RepositoryLocation;
}

export function backupFolder(root: string): BackupPlace {
  return {
    find: () => findInstallation(root),
    repositories: (installationId) => listRepositories(root, installationId),
    location: (installationId, id) => folderTarget(root, installationId).repository(id).location,
  };
}

/** Errors of its methods beside those above: UNAVAILABLE, FORBIDDEN. */
export function remoteBackups({ place, credentials }: RemoteSource): BackupPlace {
  const store = remoteStore(place, credentials);
  const location = (installationId: Uuid, id: RepositoryId) =>
    store.location(`${installationId}/repositories/${id}`);
  return {
    find: () => findRemoteInstallation(store),
    location,
    async repositories(installationId) {
      const seen: SeenRepository[] = [];
      for (const owner of await store.folders(`${installationId}/repositories`)) {
        if (!isRepositoryId(owner)) continue;
        const snapshots = await repositoryFiles(location(installationId, owner)).list('snapshots');
        const times = snapshots.flatMap(({ modifiedMs }) => modifiedMs ?? []);
        seen.push({
          owner,
          snapshots: snapshots.length,
          lastWritten: times.length === 0 ? null : Math.max(...times),
        });
      }
      return seen;
    },
  };
}

const isRepositoryId = (name: string): name is RepositoryId =>
  name === 'installation' || uuidPattern.test(name);
