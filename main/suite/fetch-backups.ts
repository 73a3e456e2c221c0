import type { RemotePlace, SftpPlace } from '../../shared/target-place.ts';
import { fetchInstallation, type RemoteSource } from '../backups/recovery/fetch-installation.ts';
import { confirmedHostKey } from '../backups/targets/sftp/sftp-connection.ts';
import type { WorkerContext } from '../jobs/serve-call.ts';

/** As `RemoteSource`; the host key of an SFTP server may still have to be confirmed. */
export interface FetchSource extends Omit<RemoteSource, 'place'> {
  readonly place:
    | Exclude<RemotePlace, SftpPlace>
    | (Omit<SftpPlace, 'hostKey'> & { hostKey?: string | undefined });
}

/** Before `recover` from another machine. Errors: those of `fetchInstallation`; CONFLICT with the host key to confirm. */
export async function fetchBackups(
  { place, credentials }: FetchSource,
  folder: string,
  context: WorkerContext,
): Promise<void> {
  const confirmed =
    place.kind === 's3' ? place : { ...place, hostKey: await confirmedHostKey(place, place.hostKey) };
  await fetchInstallation({ place: confirmed, credentials }, folder, context);
}
