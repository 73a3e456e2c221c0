import { useQuery } from '@tanstack/react-query';
import { useApi } from './api.tsx';

const everyMs = 30_000;

/** How the installation is, renewed twice a minute and whenever a job has ended. */
export function useStatus() {
  const { query } = useApi();
  return useQuery(query.suite.getStatus.queryOptions({ input: {}, refetchInterval: everyMs }));
}
