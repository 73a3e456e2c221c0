import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { createContext, type ReactNode, use } from 'react';
import type { contract } from '../../shared/contract/index.ts';
import type { Connection } from './connection.ts';

export type Client = ContractRouterClient<typeof contract>;

/** Makes the contract's client, and its queries and mutations, over a connection. */
export function createApi(connection: Connection) {
  const client: Client = createORPCClient(connection);
  return { client, connection, query: createTanstackQueryUtils(client) };
}
export type Api = ReturnType<typeof createApi>;

const ApiContext = createContext<Api | null>(null);

export function ApiProvider({ api, children }: { readonly api: Api; readonly children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

/** `client` calls the contract; `query` makes TanStack Query options of it. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === null) throw new Error('no ApiProvider above');
  return api;
}
