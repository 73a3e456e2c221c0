import type { Tenant } from '../../shared/contract/tenants.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Severity } from '../../shared/severities.ts';
import type { JobContext, Progress } from '../jobs/job-runner.ts';
import type { EntryDetails } from '../operations/operation.ts';
import type { OperationRun, RunRequest } from '../operations/operation-run.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import { sampleContent, sampleDocuments, sampleFile } from './sample-content.ts';

export interface FillingParts {
  readonly tenants: TenantManager;
  readonly begin: (request: Omit<RunRequest, 'id'>) => OperationRun;
  /** Told of failures that nobody waits for. */
  readonly report: (error: unknown, correlationId: string) => void;
}

/** One step: what the log calls it, and what an entry of its failure is about. */
interface Step extends Partial<EntryDetails> {
  readonly action: string;
  readonly severity: Severity;
}

/**
 * Makes the sample tenant with this id and puts the sample data in, each step told in the log as what it is. Errors:
 * CANCELLED and those of the steps, which leave the tenant as far as it came.
 */
export async function fillSample(parts: FillingParts, id: Uuid, context: JobContext): Promise<Tenant> {
  const { samples } = parts.tenants;
  const { name, slugFrom, tier, principals, collections, files } = sampleContent;
  const { operation, progress } = context;
  const about = { tenantId: id, resource: { kind: 'tenant', id } };
  const within = (run: OperationRun, phase: string): JobContext => ({
    ...context,
    operation: run,
    progress: under(progress, phase),
  });

  progress.phase('Making the tenant', null, 'entries');
  await take(parts, context, { action: 'tenant.create', severity: 'warning' }, (run) =>
    samples.create({ id, name, slugFrom, tier }, run),
  );
  progress.phase('Adding users and bots', principals.length, 'entries');
  for (const principal of principals) {
    const step = { action: 'principal.create', severity: 'warning', ...about } as const;
    await take(parts, context, step, (run) =>
      parts.tenants.createPrincipal({ tenant: id, ...principal }, run),
    );
    progress.advance(1);
  }
  for (const [at, collection] of collections.entries()) {
    const phase = `Importing ${collection} ${at + 1} of ${collections.length}`;
    const step = { action: 'data.import', severity: 'warning', ...about } as const;
    const input = { collection, file: sampleDocuments(collection) };
    await take(parts, context, step, (run) => samples.importDocuments(id, input, within(run, phase)));
  }
  for (const [at, file] of files.entries()) {
    const phase = `Adding file ${at + 1} of ${files.length}`;
    const step = { action: 'file.add', severity: 'info', ...about } as const;
    const input = { path: sampleFile(file), name: file };
    await take(parts, context, step, (run) => samples.addFile(id, input, within(run, phase)));
  }
  operation.signal.throwIfAborted();
  const tenant = await samples.finish(id);
  operation.describe({ ...about, facts: { slug: tenant.slug, tier } });
  return tenant;
}

/** Takes a step in the name of whoever asked for the whole, with its own entry in the log. */
async function take<Result>(
  { begin, report }: FillingParts,
  { operation: { caller, signal } }: JobContext,
  { action, severity, ...about }: Step,
  work: (run: OperationRun) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const run = begin({ action, severity, audited: 'change', critical: false, caller, signal });
  run.describe(about);
  try {
    const result = await work(run);
    await run.succeeded();
    return result;
  } catch (error) {
    await run.failed(error).catch((failure: unknown) => report(failure, run.id));
    throw error;
  }
}

/** Progress of a part, shown under the name of a phase of the whole. */
function under({ phase, advance }: Progress, name: string): Progress {
  return { phase: (_, total, unit) => phase(name, total, unit), advance };
}
