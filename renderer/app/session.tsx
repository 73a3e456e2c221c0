import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback } from 'react';
import type { CurrentSession } from '../../shared/contract/auth.ts';
import { allows, type Permission } from '../../shared/roles.ts';
import { useApi } from '../rpc/api.tsx';
import { toFailure } from '../rpc/failure.ts';
import { sessionKey } from './queries.ts';

/** Who is signed in; null when nobody is. */
export function useSessionQuery() {
  const { client } = useApi();
  return useQuery({
    queryKey: sessionKey,
    queryFn: async (): Promise<CurrentSession | null> => {
      try {
        return await client.auth.getSession({});
      } catch (error) {
        if (toFailure(error).code === 'UNAUTHENTICATED') return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const SessionContext = createContext<CurrentSession | null>(null);

/** Inside the shell somebody is signed in. */
export function useSession(): CurrentSession {
  const session = use(SessionContext);
  if (session === null) throw new Error('nobody is signed in here');
  return session;
}

/** Whether the signed-in role allows it; the core decides again. */
export function useAllowed(permission: Permission): boolean {
  return allows(useSession().role, permission);
}

/** Signs out; the page stays where it is for whoever signs in next. */
export function useSignOut(): () => Promise<void> {
  const { client } = useApi();
  const queries = useQueryClient();
  return useCallback(async () => {
    try {
      await client.auth.signOut({});
    } catch (error) {
      // an ended session is what was wanted
      if (toFailure(error).code !== 'UNAUTHENTICATED') throw error;
    }
    queries.setQueryData(sessionKey, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  }, [client, queries]);
}
