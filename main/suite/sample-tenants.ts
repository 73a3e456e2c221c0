import type { Tenant } from '../../shared/contract/tenants.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import { type Reserve, withReserve } from '../operations/cure.ts';
import type { Caller, Operation } from '../operations/operation.ts';
import type { Samples } from '../rpc/core.ts';
import { forgetSchedules } from '../schedule/setting-store.ts';
import type { Transaction } from '../storage/store.ts';
import { type FillingParts, fillSample } from './fill-sample.ts';
import { removeRest } from './remove-rest.ts';

export interface SampleTenantsParts extends FillingParts {
  readonly auth: AdvancedAuth;
  readonly backups: BackupManager;
  readonly jobs: JobStarter;
  readonly ids: Ids;
  readonly reserve: Reserve;
}

const never = new AbortController().signal;

/** Makes and deletes tenants of sample data, through all managers that keep something of a tenant. */
export class SampleTenants implements Samples {
  readonly #parts: SampleTenantsParts;

  constructor(parts: SampleTenantsParts) {
    this.#parts = parts;
  }

  /** Starts making one; what a failure or a cancel leaves is deleted. The job's result: `tenant`. */
  async createSampleTenant(operation: Operation): Promise<JobStarted> {
    const id = this.#parts.ids.uuid();
    return await this.#parts.jobs.start<Tenant>({
      kind: 'tenant.sample.create',
      tenantId: null,
      resource: `tenant:${id}`,
      alone: id,
      operation,
      run: (context) => this.#make(id, context),
    });
  }

  /**
   * Starts deleting a sample with its data and its backups. The job's result: its id. Errors: NOT_FOUND, CONFLICT
   * (`not-a-sample`, `held`), LOCKED (another job is at work on it), UNAVAILABLE (the backup folder is away).
   */
  async deleteSampleTenant(
    { tenant }: { readonly tenant: string },
    operation: Operation,
  ): Promise<JobStarted> {
    const { tenants, backups, jobs } = this.#parts;
    const id = tenants.samples.idOf(tenant);
    backups.retention.requireUnheld(id);
    await backups.requirePlace(id);
    return await jobs.start<{ id: Uuid }>({
      kind: 'tenant.sample.delete',
      tenantId: id,
      resource: `tenant:${id}`,
      alone: id,
      operation,
      run: async (context) => {
        context.progress.phase('Deleting the tenant', null, 'entries');
        await this.#delete(id, context.operation);
        return { id };
      },
    });
  }

  /** At start: deletes samples whose making was cut off. What fails is reported. */
  async takeBackUnfilled(): Promise<void> {
    for (const id of await this.#parts.tenants.samples.unfilled()) {
      await this.#takeBack(id, { kind: 'system' });
    }
  }

  async #make(id: Uuid, context: JobContext): Promise<Tenant> {
    try {
      return await fillSample(this.#parts, id, context);
    } catch (error) {
      await this.#takeBack(id, context.operation.caller);
      throw error;
    }
  }

  /** Deletes what there is of a sample that did not become whole; what resists is reported and left to the next start. */
  async #takeBack(id: Uuid, caller: Caller): Promise<void> {
    const { tenants, reserve, begin, report } = this.#parts;
    if (!tenants.endings.exists(id)) return;
    const run = begin({
      action: 'tenant.sample.delete',
      audited: 'change',
      severity: 'critical',
      critical: true,
      cure: true,
      caller,
      signal: never,
    });
    run.describe({ tenantId: id, resource: { kind: 'tenant', id } });
    try {
      await run.intend();
      await withReserve(reserve, () => this.#delete(id, run));
      await run.succeeded();
    } catch (error) {
      report(error, run.id);
      await run.failed(error).catch((failure: unknown) => report(failure, run.id));
    }
  }

  /** Can be called again where it stopped. */
  async #delete(id: Uuid, operation: Operation): Promise<void> {
    const { tenants, auth, backups } = this.#parts;
    if (tenants.endings.exists(id)) {
      const forget = (transaction: Transaction) => {
        tenants.samples.require(transaction, id);
        auth.forgetTenant(transaction, id);
        backups.forgetTenant(transaction, id);
        forgetSchedules(transaction, id);
      };
      await tenants.endings.end(id, { forget, facts: { sample: true } }, operation);
    }
    await removeRest(tenants.endings, id);
  }
}
