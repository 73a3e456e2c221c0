import { t } from '../../../i18n/translate.ts';
import { TenantName } from '../../../ui/tenant-name.tsx';

/** Whose log it is. */
export function LogName({ tenantId }: { readonly tenantId: string | null }) {
  return tenantId === null ? t('common.installation') : <TenantName id={tenantId} />;
}

/** The tenant that a log's id names; null for the installation's. */
export function tenantOfLog(logId: string): string | null {
  const [, of] = logId.split('/');
  return of === undefined || of === 'installation' ? null : of;
}
