import type { Uuid } from '../../shared/ids.ts';
import type { JobRequest } from './job-runner.ts';

/** What of a job says whose data it is at work on. */
type Scope = Pick<JobRequest<null>, 'tenantId' | 'alone' | 'everyTenant'>;

/** Whether one of two jobs wants a tenant for itself that the other is at work on. */
export function excludes(one: Scope, other: Scope): boolean {
  return wantsAlone(one, other) || wantsAlone(other, one);
}

function wantsAlone({ alone }: Scope, other: Scope): boolean {
  return alone !== undefined && worksOn(other, alone);
}

function worksOn({ tenantId, alone, everyTenant }: Scope, tenant: Uuid): boolean {
  return everyTenant === true || tenantId === tenant || alone === tenant;
}
