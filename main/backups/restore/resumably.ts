import { partText } from '../../../shared/restore-parts.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { BackupParts } from '../parts.ts';
import type { WhereAndWhat } from './plan-restore.ts';
import { markEnded, putRequest, removeRequest } from './restore-requests.ts';
import type { ChosenSnapshot } from './source.ts';

interface Asked {
  readonly chosen: ChosenSnapshot;
  readonly asked: WhereAndWhat;
}

/** Does a restore whose request is kept until it succeeded, so that one that did not can be asked for again. */
export async function resumably<Result>(
  { control, clock }: BackupParts,
  { chosen: { owner, entry, at, targetId }, asked: { destination, only } }: Asked,
  { jobId, operation }: JobContext,
  restore: () => Promise<Result>,
): Promise<Result> {
  const request = {
    owner,
    snapshotId: entry.id,
    at,
    targetId,
    destination,
    only: only === null ? null : only.map(partText),
    operation: operation.id,
  };
  await control.write((transaction) => putRequest(transaction, jobId, request, clock.now()));
  try {
    const result = await restore();
    await control.write((transaction) => removeRequest(transaction, jobId));
    return result;
  } catch (error) {
    await control.write((transaction) => markEnded(transaction, jobId));
    throw error;
  }
}
