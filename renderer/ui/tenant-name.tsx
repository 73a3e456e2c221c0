import { useQuery } from '@tanstack/react-query';
import { useApi } from '../rpc/api.tsx';
import { TextLink } from './text-link.tsx';
import { useTenants } from './use-names.ts';

const staleMs = 60_000;

/** The name of a tenant as a link to it; its id once there is no such tenant. */
export function TenantName({ id }: { readonly id: string }) {
  const { query } = useApi();
  const known = useTenants().get(id)?.name;
  const asked = useQuery(
    query.tenants.getTenant.queryOptions({
      input: { tenant: id },
      enabled: known === undefined,
      staleTime: staleMs,
      retry: false,
    }),
  );
  const name = known ?? asked.data?.name;
  return name === undefined ? <code>{id}</code> : <TextLink href={`/tenants/${id}`}>{name}</TextLink>;
}
