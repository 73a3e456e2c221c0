import { relative } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import type { RemotePlace, SftpPlace } from '../../shared/target-place.ts';
import { requireCredentials } from '../backups/copies/add-target.ts';
import type { RemoteSource } from '../backups/recovery/backup-place.ts';
import { fetchInstallationApart } from '../backups/recovery/recover-apart.ts';
import { confirmedHostKey } from '../backups/targets/sftp/sftp-connection.ts';
import type { WorkerContext } from '../jobs/serve-call.ts';
import { prepareTarget } from './target-folder.ts';

/** As `RemoteSource`; the host key of an SFTP server may still have to be confirmed. */
export interface FetchSource extends Omit<RemoteSource, 'place'> {
  readonly place:
    | Exclude<RemotePlace, SftpPlace>
    | (Omit<SftpPlace, 'hostKey'> & { hostKey?: string | undefined });
}

interface Fetch {
  readonly remote: FetchSource;
  /** Made where it is not there. */
  readonly target: string;
  readonly dataFolder: string;
}

/**
 * Before `recover` from another machine, in a thread of its own. Errors: those of `fetchInstallation`, of `prepareTarget` and of
 * `confirmedSource`; VALIDATION (the folder lies in the data folder, which has to be empty for the recovery).
 */
export async function fetchBackups(
  { remote, target, dataFolder }: Fetch,
  context: Pick<WorkerContext, 'progress' | 'signal'>,
): Promise<void> {
  const within = relative(dataFolder, target);
  if (within === '' || !/^\.\.(?:[\\/]|$)|^[A-Za-z]:/.test(within)) {
    throw new HoldfastError('VALIDATION', 'Name a folder for the backups that is not in the data folder.', {
      reason: 'inside-installation',
      issues: [{ path: 'target', reason: 'inside-installation' }],
    });
  }
  const source = await confirmedSource(remote);
  await fetchInstallationApart(source, await prepareTarget(target), context);
}

/** Errors: CONFLICT with the host key to confirm, VALIDATION (credentials of another kind), UNAVAILABLE. */
export async function confirmedSource({ place, credentials }: FetchSource): Promise<RemoteSource> {
  requireCredentials(place, credentials);
  const confirmed =
    place.kind === 's3' ? place : { ...place, hostKey: await confirmedHostKey(place, place.hostKey) };
  return { place: confirmed, credentials };
}
