import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../rpc/api.tsx';

const whileRunningMs = 500;

/** The recovery that runs, or how the last one of this process ended. */
export function useRecovery() {
  const { query } = useApi();
  return useQuery({
    ...query.setup.getRecovery.queryOptions({ input: {} }),
    queryKey: ['recovery'],
    refetchInterval: ({ state }) => {
      const run = state.data?.recovery;
      const isRunning = run?.state === 'running' || run?.state === 'cancelling';
      return isRunning ? whileRunningMs : false;
    },
  });
}
