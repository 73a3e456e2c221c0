import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback } from 'react';
import type { CurrentSession } from '../../shared/contract/auth.ts';
import { allows, type Permission } from '../../shared/roles.ts';
import { useApi } from '../rpc/api.tsx';
import { toFailure } from '../rpc/failure.ts';
import { endSession, sessionKey } from './queries.ts';

const signOutAgainMs = 1_000;

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

/** Signs out; the page stays where it is for whoever signs in next. What was shown is gone at once, even if the host is away. */
export function useSignOut(): () => Promise<void> {
  const { client } = useApi();
  const queries = useQueryClient();
  return useCallback(async () => {
    endSession(queries);
    while (queries.getQueryData(sessionKey) === null) {
      try {
        return void (await client.auth.signOut({}));
      } catch (error) {
        // an ended session is what was wanted, and a host that is away may come back
        if (toFailure(error).code === 'UNAUTHENTICATED') return;
        if (toFailure(error).code !== 'UNAVAILABLE') throw error;
        await new Promise((resolve) => setTimeout(resolve, signOutAgainMs));
      }
    }
  }, [client, queries]);
}
