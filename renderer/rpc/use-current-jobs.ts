import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Job } from '../../shared/contract/suite.ts';
import { useApi } from './api.tsx';

const whileRunningMs = 2_000;
const otherwiseMs = 10_000;
const mostRecent = 20;
const mostRunning = 50;

interface CurrentJobs {
  /** undefined until it is known. */
  readonly running: readonly Job[] | undefined;
  /** Newest first, running ones among them. */
  readonly recent: readonly Job[];
  readonly error: unknown;
}

/** What runs now and what came last; looked at often only while something runs. */
export function useCurrentJobs(): CurrentJobs {
  const { query } = useApi();
  // one that is being cancelled has another state: those are among the recent ones
  const running = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { state: 'running', limit: mostRunning },
      refetchInterval: ({ state }) => intervalFor(state.data?.items),
    }),
  );
  const recent = useQuery(
    query.jobs.listJobs.queryOptions({
      input: { limit: mostRecent },
      refetchInterval: ({ state }) => intervalFor(state.data?.items),
    }),
  );
  return useMemo(() => {
    const latest = recent.data?.items ?? [];
    const known = new Map([...(running.data?.items ?? []), ...latest].map((job) => [job.id, job]));
    const runs = [...known.values()].filter(isRunning);
    return {
      running: running.data && recent.data ? runs : undefined,
      recent: latest,
      error: running.error ?? recent.error,
    };
  }, [running.data, running.error, recent.data, recent.error]);
}

/** Pauses between looks, in milliseconds. */
export function intervalFor(jobs: readonly Job[] | undefined): number {
  return jobs?.some(isRunning) ? whileRunningMs : otherwiseMs;
}

export const isRunning = ({ endedAt }: Pick<Job, 'endedAt'>): boolean => endedAt === null;
