import type { Tenant } from '../../shared/contract/tenants.ts';
import { t } from '../i18n/translate.ts';

/** Whose a snapshot or a schedule is: a tenant's name, or the installation. */
export function ownerName(tenantId: string | null, tenants: ReadonlyMap<string, Tenant>): string {
  return tenantId === null ? t('common.installation') : (tenants.get(tenantId)?.name ?? tenantId);
}
