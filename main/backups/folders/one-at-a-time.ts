import type { JobContext } from '../../jobs/job-runner.ts';
import { throwIfCancelled } from '../container/cancelling.ts';
import type { BackupParts } from '../parts.ts';

/**
 * Work that opens files of protected folders, one after the other in this process: on POSIX systems closing a file
 * drops the process's locks on it, another backup's of the same database too. It also bounds memory.
 */
export async function oneAtATime<Result>(
  { turns }: Pick<BackupParts, 'turns'>,
  work: () => Promise<Result>,
  { operation, progress }: Pick<JobContext, 'operation' | 'progress'>,
): Promise<Result> {
  progress.phase('Waiting for other folders', null, 'entries');
  return await turns.take('protected-folders', async () => {
    throwIfCancelled(operation.signal);
    return await work();
  });
}
