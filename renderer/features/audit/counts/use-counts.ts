import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../../rpc/api.tsx';
import type { AuditFilter } from '../filters.ts';

const staleMs = 30_000;
/** So many of each fit beside the list. */
const top = 6;

/** How often there is what, and when, within a filter. Until it is told, that of the filter before. */
export function useCounts({ order: _, ...filter }: AuditFilter) {
  const { query } = useApi();
  // a window with both ends is looked into; with an end alone the plot goes on, to jump by
  const beyond = filter.from === undefined;
  return useQuery(
    query.audit.getAuditCounts.queryOptions({
      input: { ...filter, top, beyond },
      staleTime: staleMs,
      placeholderData: keepPreviousData,
    }),
  );
}
