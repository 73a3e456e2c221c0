import { type ErrorCode, errorCodes } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Jobs } from '../jobs/jobs.ts';

/** Waits for the end of a job. Throws its error, by its code, where it did not succeed. */
export async function jobDone(jobs: Jobs, jobId: Uuid): Promise<void> {
  for await (const job of jobs.watch(jobId)) {
    if (job.error !== null) throw Object.assign(new Error(job.error.message), { code: job.error.code });
  }
}

/** The code of an error that `jobDone` or the starting of a job threw. */
export function codeOf(error: unknown): ErrorCode {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return errorCodes.find((known) => known === code) ?? 'INTERNAL';
}
