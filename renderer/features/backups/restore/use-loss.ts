import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { endangered, isClear, type Plan } from './plan.ts';

/** What a restore would take away; `access`: of the installation itself, whose access is set back; `unreadable`: the data of now cannot be opened, so all of it gives way. */
export type Loss = 'looking' | 'nothing' | 'rows' | 'access' | 'unreadable' | 'unknown';

/**
 * What is lost if a plan is carried out. A plan compares nothing where the tenant's database cannot be opened, which must
 * not pass for a restore that changes nothing: so it is asked whether it opens.
 */
export function useLoss(plan: Plan | undefined, tenant: string | undefined): Loss {
  const { query } = useApi();
  const own = tenant === 'installation';
  const silent = !own && isClear(plan) && plan.to === 'in-place' && plan.changes.length === 0;
  const reading = useQuery(
    query.tenants.listCollections.queryOptions({
      input: { tenant: tenant ?? '' },
      enabled: silent && tenant !== undefined,
      retry: false,
    }),
  );
  if (plan === undefined) return 'looking';
  // parts: what is there now stays as a revision
  if (plan.to !== 'in-place') return 'nothing';
  if (own) return 'access';
  if (!silent) return endangered(plan) === 0 ? 'nothing' : 'rows';
  if (reading.isSuccess) return 'nothing';
  if (reading.error === null) return 'looking';
  return isUnreadable(reading.error) ? 'unreadable' : 'unknown';
}

/** Whether an error says that a tenant's database is missing or too damaged to be opened. */
function isUnreadable(error: unknown): boolean {
  const { code, data } = toFailure(error);
  return (
    (code === 'INTEGRITY' && data.where === 'tenant') || (code === 'NOT_FOUND' && data.kind === 'database')
  );
}
