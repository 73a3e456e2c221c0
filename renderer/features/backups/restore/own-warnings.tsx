import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useOperators, useTenants } from '../../../ui/use-names.ts';
import type { Plan } from './plan.ts';

/** What is to be done after the installation's own data are set back, or known before. */
export function OwnWarnings({ plan: { needPassphrase, overQuota } }: { readonly plan: Plan }) {
  const operators = useOperators();
  const tenants = useTenants();
  return (
    <>
      {needPassphrase.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t('restore.conflicts.needPassphrase')}
            <ul>
              {needPassphrase.map((id) => (
                <li key={id}>{operators.get(id)?.name ?? id}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {overQuota.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t('restore.conflicts.overQuota')}
            <ul>
              {overQuota.map(({ tenantId, tier, quota, used, limit }) => {
                const shown = (value: number) =>
                  quota === 'storageBytes' ? formatBytes(value) : String(value);
                return (
                  <li key={`${tenantId} ${quota}`}>
                    {t(`restore.conflicts.over.${quota}`, {
                      name: tenants.get(tenantId)?.name ?? tenantId,
                      used: shown(used),
                      limit: shown(limit),
                      tier: t(`words.tier.${tier}`),
                    })}
                  </li>
                );
              })}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}
