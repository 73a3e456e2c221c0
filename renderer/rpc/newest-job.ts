import type { Job } from '../../shared/contract/suite.ts';
import type { Client } from './api.tsx';

const pageSize = 100;
/** Further back than that nobody looks. */
const mostPages = 10;

/** What `pick` makes of the newest job of a kind that has succeeded and that it knows; null where there is none. */
export async function newestJob<Picked>(
  client: Client,
  kind: string,
  pick: (job: Job & { readonly endedAt: string }) => Picked | undefined,
): Promise<Picked | null> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, next } = await client.jobs.listJobs({
      kind,
      state: 'succeeded',
      limit: pageSize,
      cursor,
    });
    for (const job of items) {
      const { endedAt } = job;
      const picked = endedAt === null ? undefined : pick({ ...job, endedAt });
      if (picked !== undefined) return picked;
    }
    if (next === null) return null;
    cursor = next;
  }
  return null;
}
