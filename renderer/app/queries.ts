import { QueryClient } from '@tanstack/react-query';
import { toFailure } from '../rpc/failure.ts';

/** Key of the query that says who is signed in; see `useSession`. */
export const sessionKey = ['session'] as const;

const mostRetries = 3;

/** The cache of what the core has answered. Only a lost connection is worth asking again. */
export function createQueries(): { readonly client: QueryClient; endSession(): void } {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) =>
          count < mostRetries && toFailure(error).code === 'UNAVAILABLE' && isConnection(error),
        staleTime: 2_000,
        // the core is on this machine: what the browser thinks of the internet does not matter
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  const endSession = () => {
    client.setQueryData(sessionKey, null);
    client.removeQueries({
      predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] && queryKey[0] !== 'setup',
    });
  };
  return { client, endSession };
}

const isConnection = (error: unknown) => toFailure(error).data.manager === 'connection';
