import { useQuery } from '@tanstack/react-query';
import type { Operator } from '../../shared/contract/auth.ts';
import type { Principal, Tenant } from '../../shared/contract/tenants.ts';
import { useApi } from '../rpc/api.tsx';

const most = 1_000;
const staleMs = 60_000;

/** Tenants by their id, the first thousand: lists name them without asking for each. */
export function useTenants(): ReadonlyMap<string, Tenant> {
  return useKnownTenants() ?? new Map();
}

/** The same; undefined until they are known. */
export function useKnownTenants(): ReadonlyMap<string, Tenant> | undefined {
  const { query } = useApi();
  const { data } = useQuery(
    query.tenants.listTenants.queryOptions({
      input: { limit: most },
      staleTime: staleMs,
      select: byId<Tenant>,
    }),
  );
  return data;
}

/** One tenant of any number; undefined until it is known. */
export function useTenant(tenant: string | undefined): Tenant | undefined {
  const { query } = useApi();
  const { data } = useQuery(
    query.tenants.getTenant.queryOptions({
      input: { tenant: tenant ?? '' },
      enabled: tenant !== undefined,
      staleTime: staleMs,
    }),
  );
  return data;
}

/** Operators by their id. */
export function useOperators(): ReadonlyMap<string, Operator> {
  return useKnownOperators() ?? new Map();
}

/** The same; undefined until they are known. */
export function useKnownOperators(): ReadonlyMap<string, Operator> | undefined {
  const { query } = useApi();
  const { data } = useQuery(
    query.auth.listOperators.queryOptions({
      input: { limit: most },
      staleTime: staleMs,
      select: byId<Operator>,
    }),
  );
  return data;
}

/** Users and bots of one tenant by their id. */
export function usePrincipals(tenant: string | undefined): ReadonlyMap<string, Principal> | undefined {
  const { query } = useApi();
  const { data } = useQuery(
    query.tenants.listPrincipals.queryOptions({
      input: { tenant: tenant ?? '', limit: most },
      enabled: tenant !== undefined,
      staleTime: staleMs,
      select: byId<Principal>,
    }),
  );
  return data;
}

function byId<Item extends { readonly id: string }>({ items }: { readonly items: readonly Item[] }) {
  return new Map(items.map((item) => [String(item.id), item]));
}
