import type { Status } from '../../shared/contract/suite.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Reserve } from '../operations/cure.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationRun, RunRequest } from '../operations/operation-run.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { ErrorLog } from './errors.ts';

/** Tenants of sample data. */
export interface Samples {
  createSampleTenant(operation: Operation): Promise<JobStarted>;
  deleteSampleTenant(input: { readonly tenant: string }, operation: Operation): Promise<JobStarted>;
}

/** What the contract is implemented with. A manager that is down throws UNAVAILABLE when it is asked for. */
export interface Core {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly audit: AuditLogger;
  readonly backups: BackupManager;
  readonly samples: Samples;
  readonly jobs: Jobs;
  readonly errors: ErrorLog;
  readonly reserve: Reserve;
  begin(request: Omit<RunRequest, 'id'>): OperationRun;
  /** The tenant that an id or slug names, if there is one. */
  tenantId(reference: string): Uuid | undefined;
  getStatus(): Promise<Status>;
}
