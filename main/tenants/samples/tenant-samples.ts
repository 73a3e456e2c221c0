import type { ImportResult, Tenant, TenantFile } from '../../../shared/contract/tenants.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading } from '../../storage/store.ts';
import { addFile } from '../files/files.ts';
import { importDocuments } from '../imports/imports.ts';
import { createTenant, type TenantMaking } from '../registry/create-tenant.ts';
import { requireSample, requireTenant, sampleIds, toTenant } from '../registry/tenant-store.ts';

interface NewSample {
  readonly id: Uuid;
  readonly name: string;
  /** What its slug is made from. */
  readonly slugFrom: string;
  readonly tier: Tier;
}

/**
 * Tenants of sample data, each made and filled within one job and deleted within another. Until `finish` a sample
 * carries a mark by which the next start knows that its making was cut off.
 */
export class TenantSamples {
  readonly #parts: TenantMaking;

  constructor(parts: TenantMaking) {
    this.#parts = parts;
  }

  /** The sample tenant that an id or slug names. Throws NOT_FOUND, CONFLICT (`not-a-sample`). */
  idOf(reference: string): Uuid {
    return requireSample(this.#parts.control, reference).id;
  }

  /** Errors: NOT_FOUND, CONFLICT (`not-a-sample`). */
  require(control: Reading, tenantId: Uuid): void {
    requireSample(control, tenantId);
  }

  async create({ id, slugFrom, name, tier }: NewSample, operation: Operation): Promise<void> {
    const input = { name, tier, sample: true };
    await createTenant(this.#parts, input, operation, { id, slugFrom, mark: 'filling' });
  }

  /** As the operation `importDocuments`, within a job that runs. */
  async importDocuments(
    tenantId: Uuid,
    input: { readonly collection: string; readonly file: string },
    context: JobContext,
  ): Promise<ImportResult> {
    const { databases, ids } = this.#parts;
    const whole = { ...input, onDamaged: 'stop' } as const;
    return await databases.use(tenantId, (database) => importDocuments(database, ids, whole, context));
  }

  /** As the operation `addFile`, within a job that runs. */
  async addFile(
    tenantId: Uuid,
    input: { readonly path: string; readonly name: string },
    context: JobContext,
  ): Promise<TenantFile> {
    const { databases, ids } = this.#parts;
    return await databases.use(tenantId, (database) => addFile(database, ids, input, context));
  }

  /** The sample is whole and stays. */
  async finish(tenantId: Uuid): Promise<Tenant> {
    await this.#parts.folders.unmark(tenantId, 'filling');
    return toTenant(requireTenant(this.#parts.control, tenantId));
  }

  /** At start: those whose making was cut off. */
  async unfilled(): Promise<readonly Uuid[]> {
    const { folders, control } = this.#parts;
    const found: Uuid[] = [];
    for (const id of sampleIds(control)) if (await folders.isMarked(id, 'filling')) found.push(id);
    return found;
  }
}
