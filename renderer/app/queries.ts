import { QueryClient } from '@tanstack/react-query';
import { toFailure } from '../rpc/failure.ts';

/** Key of the query that says who is signed in; see `useSession`. */
export const sessionKey = ['session'] as const;

/** What is known before anybody signs in: where the host stands, and that it let this page in. */
const beforeSession: ReadonlySet<unknown> = new Set([sessionKey[0], 'setup', 'recovery', 'entrance']);

const mostRetries = 3;

/** The cache of what the core has answered. Only a lost connection is worth asking again. */
export function createQueries(): QueryClient {
  return new QueryClient({
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
}

/** Nobody is signed in any more: forgets everything that the last one saw or sent. */
export function endSession(client: QueryClient): void {
  void client.cancelQueries({ queryKey: sessionKey });
  client.setQueryData(sessionKey, null);
  client.getMutationCache().clear();
  client.removeQueries({ predicate: ({ queryKey }) => !beforeSession.has(queryKey[0]) });
}

const isConnection = (error: unknown) => toFailure(error).data.manager === 'connection';
