import { useQuery } from '@tanstack/react-query';
import { type Client, useApi } from '../../rpc/api.tsx';
import { text } from '../json-member.ts';
import type { Verdict } from './log-state.ts';

const everyMs = 5 * 60_000;
const pageSize = 100;
/** Further back than that nobody looks: it counts as not verified. */
const mostPages = 10;

const verdicts = ['verified', 'tampered', 'incomplete'] as const;

/** The newest verdict on the whole audit log, from the job that found it; null where there is none. */
export function useVerdict() {
  const { client, query } = useApi();
  return useQuery({
    queryKey: [...query.jobs.key(), 'verdict'],
    queryFn: () => newestVerdict(client),
    refetchInterval: everyMs,
  });
}

async function newestVerdict(client: Client): Promise<Verdict | null> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, next } = await client.jobs.listJobs({ state: 'succeeded', limit: pageSize, cursor });
    for (const { kind, tenantId, result, endedAt } of items) {
      if (kind !== 'audit.verify' || tenantId !== null || endedAt === null) continue;
      const verdict = verdicts.find((known) => known === text(result, 'verdict'));
      if (verdict !== undefined) return { verdict, time: endedAt };
    }
    if (next === null) return null;
    cursor = next;
  }
  return null;
}
