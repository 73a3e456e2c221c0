import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { TenantEndings } from '../tenants/registry/delete-tenant.ts';

/** Removes what an ended tenant leaves outside control.db. Errors: as `TenantEndings.finish`, saying that it has ended. */
export async function removeRest(endings: TenantEndings, tenantId: Uuid): Promise<void> {
  try {
    await endings.finish(tenantId);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new HoldfastError(
      error.code,
      `The tenant is deleted, but something of it is left and goes at the next start. ${error.message}`,
      error.data,
      { cause: error },
    );
  }
}
