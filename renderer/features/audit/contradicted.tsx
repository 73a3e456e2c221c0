import { useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { AcknowledgeBar } from './acknowledge-bar.tsx';

/** While the log does not fit its anchor. */
export function Contradicted() {
  const { client, query } = useApi();
  const status = useQuery(query.suite.getStatus.queryOptions({ input: {} }));
  if (status.data?.log.contradicted !== true) return null;
  return (
    <AcknowledgeBar
      title={t('audit.contradicted.title')}
      open={t('audit.contradicted.acknowledge')}
      dialog={{
        title: t('audit.contradicted.dialogTitle'),
        text: t('audit.contradicted.dialogText'),
        submit: t('audit.contradicted.submit'),
      }}
      command="holdfast audit acknowledge"
      acknowledge={(reason) => client.audit.acknowledgeAuditState({ reason })}
    >
      {status.data.managers.audit.problem} {t('audit.contradicted.text')}
    </AcknowledgeBar>
  );
}
