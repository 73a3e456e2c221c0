import {
  Body1,
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';

/** While the log does not fit its anchor: what that means, and the owner's way on. */
export function Contradicted() {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayAcknowledge = useAllowed('operators:write');
  const [asking, setAsking] = useState(false);
  const status = useQuery(query.suite.getStatus.queryOptions({ input: {} }));
  if (status.data?.log.contradicted !== true) return null;
  return (
    <>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t('audit.contradicted.title')}</MessageBarTitle>
          {status.data.managers.audit.problem} {t('audit.contradicted.text')}
        </MessageBarBody>
        {mayAcknowledge && (
          <MessageBarActions>
            <Button onClick={() => setAsking(true)}>{t('audit.contradicted.acknowledge')}</Button>
          </MessageBarActions>
        )}
      </MessageBar>
      {asking && (
        <ReasonDialog
          title={t('audit.contradicted.dialogTitle')}
          submit={t('audit.contradicted.submit')}
          command="holdfast audit acknowledge"
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await client.audit.acknowledgeAuditState({ reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('audit.contradicted.dialogText')}</Body1>
        </ReasonDialog>
      )}
    </>
  );
}
