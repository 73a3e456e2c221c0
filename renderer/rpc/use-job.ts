import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { useApi } from './api.tsx';
import { type Failure, toFailure } from './failure.ts';

export interface FollowedJob {
  readonly job: Job | undefined;
  /** Why nothing can be told of it; a failed job tells it in `job.error`. */
  readonly failure: Failure | undefined;
  readonly ended: boolean;
  cancel(): Promise<void>;
}

const againMs = 1_000;

/**
 * Follows a job to its end, over reconnections too. What it may have changed is read anew when it has ended.
 */
export function useJob(jobId: string | undefined): FollowedJob {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [state, setState] = useState<{ job?: Job; failure?: Failure }>({});

  useEffect(() => {
    setState({});
    if (jobId === undefined) return;
    const stop = new AbortController();
    let wasRunning = false;
    const show = (shown: { job?: Job; failure?: Failure }) => {
      wasRunning ||= shown.job?.endedAt === null;
      setState(shown);
    };
    // lists of jobs need not wait for their next look
    void queries.invalidateQueries({ queryKey: query.jobs.listJobs.key() });
    void follow(client, jobId, stop.signal, show).then(() => {
      if (wasRunning && !stop.signal.aborted) void queries.invalidateQueries();
    });
    return () => stop.abort();
  }, [client, query, queries, jobId]);

  const cancel = useCallback(async () => {
    if (jobId !== undefined) await client.jobs.cancelJob({ jobId });
  }, [client, jobId]);
  const { job, failure } = state;
  return { job, failure, ended: job !== undefined && job.endedAt !== null, cancel };
}

async function follow(
  client: ReturnType<typeof useApi>['client'],
  jobId: string,
  signal: AbortSignal,
  show: (state: { job?: Job; failure?: Failure }) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const job of await client.jobs.watchJob({ jobId }, { signal })) show({ job });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      if (failure.code !== 'UNAVAILABLE') {
        show({ failure });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}
