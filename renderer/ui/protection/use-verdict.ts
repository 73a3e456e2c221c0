import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../rpc/api.tsx';
import { newestJob } from '../../rpc/newest-job.ts';
import { text } from '../json-member.ts';
import type { Verdict } from './log-state.ts';

const everyMs = 5 * 60_000;

const verdicts = ['verified', 'tampered', 'incomplete'] as const;

/** The newest verdict on the whole audit log, from the job that found it; null where there is none. */
export function useVerdict() {
  const { client, query } = useApi();
  return useQuery({
    queryKey: [...query.jobs.key(), 'verdict'],
    queryFn: () =>
      newestJob<Verdict>(client, 'audit.verify', ({ tenantId, result, endedAt }) => {
        if (tenantId !== null) return undefined;
        const verdict = verdicts.find((known) => known === text(result, 'verdict'));
        return verdict && { verdict, time: endedAt };
      }),
    refetchInterval: everyMs,
  });
}
