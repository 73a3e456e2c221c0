import type { Uuid } from '../../../shared/ids.ts';
import type { RemotePlace, TargetCredentials } from '../../../shared/target-place.ts';
import { type RemoteStore, remoteTarget } from './remote-target.ts';
import type { RemoteTiming } from './remote-timing.ts';
import { s3Store } from './s3/s3-store.ts';
import { sftpStore } from './sftp/sftp-store.ts';
import type { FurtherTarget } from './target.ts';

/** The store of a place on another machine; credentials of another kind count as none. */
export function remoteStore(
  place: RemotePlace,
  credentials: TargetCredentials | null,
  timing: RemoteTiming = {},
): RemoteStore {
  if (place.kind === 's3') {
    return s3Store(
      { ...place, credentials: credentials?.kind === 'access-key' ? credentials : null },
      timing,
    );
  }
  const isOurs = credentials !== null && credentials.kind !== 'access-key';
  return sftpStore({ ...place, credentials: isOurs ? credentials : null }, timing);
}

export function remoteTargetAt(
  place: RemotePlace,
  credentials: TargetCredentials | null,
  installationId: Uuid,
  timing: RemoteTiming = {},
): FurtherTarget {
  return remoteTarget(remoteStore(place, credentials, timing), installationId);
}
