import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useApi } from '../../../rpc/api.tsx';
import type { AuditFilter } from '../filters.ts';

const staleMs = 30_000;
/** While entries come they are counted anew at most once in this time: each count leaves an entry itself. */
const followMs = 5_000;
/** So many of each fit beside the list. */
const top = 6;

/**
 * How often there is what, and when, within a filter. Until it is told, that of the filter before. `news`: how often something
 * came since; the counts follow.
 */
export function useCounts({ order: _, ...filter }: AuditFilter, news: number) {
  const { query } = useApi();
  // a window with both ends is looked into; with an end alone the plot goes on, to jump by
  const beyond = filter.from === undefined;
  const counted = useQuery(
    query.audit.getAuditCounts.queryOptions({
      input: { ...filter, top, beyond },
      staleTime: staleMs,
      placeholderData: keepPreviousData,
    }),
  );
  const { refetch, dataUpdatedAt } = counted;
  const countedAt = useRef(dataUpdatedAt);
  countedAt.current = dataUpdatedAt;
  useEffect(() => {
    if (news === 0) return;
    const waitMs = Math.max(0, countedAt.current + followMs - Date.now());
    const timer = setTimeout(() => void refetch({ cancelRefetch: false }), waitMs);
    return () => clearTimeout(timer);
  }, [news, refetch]);
  return counted;
}
