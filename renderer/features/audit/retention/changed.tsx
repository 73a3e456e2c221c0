import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { AcknowledgeBar } from '../acknowledge-bar.tsx';

/** While what is shown below was changed by another program. */
export function Changed() {
  const { client } = useApi();
  return (
    <AcknowledgeBar
      title={t('auditRetention.changed.title')}
      open={t('auditRetention.changed.acknowledge')}
      dialog={{
        title: t('auditRetention.changed.dialogTitle'),
        text: t('auditRetention.changed.dialogText'),
        submit: t('auditRetention.changed.submit'),
      }}
      command="holdfast audit retention acknowledge"
      acknowledge={(reason) => client.audit.acknowledgeAuditRetention({ reason })}
    >
      {t('auditRetention.changed.text')}
    </AcknowledgeBar>
  );
}
