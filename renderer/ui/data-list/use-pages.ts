import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** What a list shows of the pages that were loaded so far. */
export interface Loaded<Row> {
  readonly rows: readonly Row[];
  readonly pending: boolean;
  readonly error: unknown;
  readonly more: boolean;
  loadMore(): void;
  reload(): void;
}

/** `initialPageParam` of every list of the contract: no cursor yet. */
export const firstPage: string | undefined = undefined;

/** `getNextPageParam` of every list of the contract. */
export const nextPage = <Row>({ next }: Page<Row>): string | undefined => next ?? undefined;

/** An infinite query of the contract as one list of rows. */
export function usePages<Row>(query: UseInfiniteQueryResult<InfiniteData<Page<Row>, unknown>>): Loaded<Row> {
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    pending: isPending,
    error,
    more: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    reload: () => void refetch(),
  };
}
