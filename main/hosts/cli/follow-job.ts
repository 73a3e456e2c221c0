import type { z } from 'zod';
import type { Job } from '../../../shared/contract/suite.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { HoldfastClient } from '../../rpc/client.ts';
import type { ProgressDisplay } from './output/progress.ts';

interface Following {
  readonly client: HoldfastClient;
  readonly progress: ProgressDisplay;
  readonly interrupted: AbortSignal;
}

/**
 * Waits for a job and shows how it goes on. An interruption asks the job to cancel and waits for its end.
 * Throws the job's own error, CANCELLED, or INTERRUPTED.
 */
export async function followJob<Result>(
  { client, progress, interrupted }: Following,
  jobId: string,
  result: z.ZodType<Result>,
): Promise<Result> {
  let cancelling: Promise<unknown> | undefined;
  const cancel = () => {
    cancelling = client.jobs.cancelJob({ jobId }).catch((error: unknown) => error);
  };
  interrupted.addEventListener('abort', cancel, { once: true });
  if (interrupted.aborted) cancel();
  try {
    return outcome(await lastState(client, jobId, progress), result);
  } finally {
    interrupted.removeEventListener('abort', cancel);
    progress.end();
    await cancelling;
  }
}

async function lastState(client: HoldfastClient, jobId: string, progress: ProgressDisplay): Promise<Job> {
  let last: Job | undefined;
  for await (const job of await client.jobs.watchJob({ jobId })) {
    progress.show(job);
    last = job;
  }
  return last ?? (await client.jobs.getJob({ jobId }));
}

function outcome<Result>(job: Job, result: z.ZodType<Result>): Result {
  if (job.state === 'succeeded') return result.parse(job.result);
  if (job.state === 'cancelled')
    throw new HoldfastError('CANCELLED', 'The job was cancelled.', { jobId: job.id });
  if (job.error) throw new HoldfastError(job.error.code, job.error.message, job.error.data);
  throw new HoldfastError('INTERRUPTED', 'The job ended with the process that ran it.', { jobId: job.id });
}
