import { HoldfastError } from '../../../../shared/errors.ts';
import { addressOf } from '../../../../shared/target-place.ts';
import type { S3Location } from '../location.ts';
import type { RemoteStore } from '../remote-target.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { S3Connection } from './s3-connection.ts';
import { S3Objects } from './s3-objects.ts';

/** A bucket, or a prefix in it, as a target. */
export function s3Store(place: S3Location, timing: RemoteTiming = {}): RemoteStore {
  const objects = new S3Objects(new S3Connection(place, timing));
  const top = place.prefix === '' ? '' : `${place.prefix}/`;
  return {
    server: objects.server,
    async read(path) {
      try {
        return await objects.get(top + path, nameOf(path));
      } catch (error) {
        if (
          error instanceof HoldfastError &&
          error.code === 'NOT_FOUND' &&
          error.data.kind === 'repository-file'
        ) {
          return undefined;
        }
        throw error;
      }
    },
    replace: (path, bytes) => objects.replace(top + path, bytes, nameOf(path)),
    remove: (path) => objects.remove(top + path, nameOf(path)),
    folders: (path) => objects.folders(path === '' ? top : `${top}${path}/`),
    prepare: () => objects.requireBucket(),
    removeFolder: (path) => objects.removeAll(`${top}${path}/`, 'the repository'),
    kept: (path) => objects.kept(`${top}${path}/`),
    freeBytes: () => Promise.resolve(null), // S3 has no such question
    location: (path) => ({ ...place, prefix: top + path }),
    url: (path) => `${addressOf(place)}/${path}`,
  };
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
