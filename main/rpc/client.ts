import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import type { HoldfastRouter } from './router.ts';

/** What every host calls, whatever lies between it and the core. */
export type HoldfastClient = ContractRouterClient<typeof contract>;

/** Carries the token of whoever has signed in; empty before. */
export interface ClientSession {
  token?: string | null;
}

/** A client in the core's own process: the same middleware as over any transport. */
export function inProcessClient(router: HoldfastRouter, session: ClientSession): HoldfastClient {
  return createRouterClient(router, { context: () => ({ sessionToken: session.token ?? undefined }) });
}
