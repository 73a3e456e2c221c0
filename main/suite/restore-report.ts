import type { Clock } from '../../shared/clock.ts';
import type { AuditEntry } from '../../shared/contract/audit.ts';
import { type RestoreResult, restoreResult, type Snapshot } from '../../shared/contract/backups.ts';
import type { Job } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Operation } from '../operations/operation.ts';
import { makePdf } from '../reports/make-pdf.ts';
import { restoreReport } from '../reports/restore-report.ts';
import type { Managers } from './managers.ts';

type Parts = Pick<Managers, 'jobs' | 'audit' | 'backups' | 'tenants'> & {
  readonly clock: Clock;
  readonly app: string;
};

const kinds: ReadonlySet<string> = new Set([
  'backup.restore',
  'backup.restore.resume',
  'backup.restore.undo',
]);
/** The log's entries are from between the beginning and the end of the job, give or take a clock that is set. */
const aroundMs = 60_000;

/** A finished restore as a PDF, in base64. Errors: NOT_FOUND (no such job), CONFLICT (`not-a-restore`). */
export async function createRestoreReport(
  parts: Parts,
  jobId: Uuid,
  operation: Operation,
): Promise<{ fileName: string; pdf: string }> {
  const job = parts.jobs.getJob({ jobId });
  const parsed = restoreResult.safeParse(job.result);
  if (!kinds.has(job.kind) || job.state !== 'succeeded' || !parsed.success) throw notARestore(jobId);
  const result = parsed.data;
  const report = restoreReport({
    result,
    what: await nameOf(parts, result.tenantId),
    snapshot: await snapshotOf(parts, result.snapshotId, operation),
    startedAt: job.startedAt ?? job.createdAt,
    endedAt: job.endedAt ?? job.createdAt,
    jobId,
    entries: await entriesOf(parts, job, result, operation),
    anchor: parts.audit.anchor(),
    app: parts.app,
    time: parts.clock.now(),
  });
  operation.describe({
    ...(result.tenantId === null ? {} : { tenantId: result.tenantId }),
    resource: { kind: 'restore', id: result.restoreId },
  });
  const pdf = await makePdf(report, operation.signal);
  return { fileName: `holdfast-restore-${result.restoreId}.pdf`, pdf: Buffer.from(pdf).toString('base64') };
}

async function nameOf({ tenants }: Parts, tenantId: Uuid | null): Promise<string> {
  if (tenantId === null) return 'The installation itself';
  try {
    const { name } = await tenants.getTenant({ tenant: tenantId });
    return `${name} (${tenantId})`;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return `Tenant ${tenantId}`;
    throw error;
  }
}

async function snapshotOf(
  { backups }: Parts,
  snapshotId: string,
  operation: Operation,
): Promise<Snapshot | undefined> {
  try {
    return await backups.getSnapshot({ snapshotId }, operation);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

async function entriesOf(
  { audit }: Parts,
  { kind, createdAt, endedAt }: Job,
  { restoreId, tenantId }: RestoreResult,
  operation: Operation,
): Promise<AuditEntry[]> {
  const shifted = (time: string, by: number) => new Date(Date.parse(time) + by).toISOString();
  const { items } = await audit.explorer.getAuditTrail(
    {
      ...(tenantId === null ? {} : { tenant: tenantId }),
      action: kind,
      from: shifted(createdAt, -aroundMs),
      to: shifted(endedAt ?? createdAt, aroundMs),
      order: 'oldest',
      limit: 1000,
    },
    operation,
  );
  const outcome = items.find(({ facts }) => facts.restore === restoreId);
  return items.filter(({ correlationId }) => correlationId === outcome?.correlationId);
}

function notARestore(jobId: Uuid): HoldfastError {
  return new HoldfastError('CONFLICT', `The job ${jobId} is not a restore that has succeeded.`, {
    reason: 'not-a-restore',
  });
}
