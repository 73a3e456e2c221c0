import {
  Body1,
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';

/** While what is shown below was changed by another program: what that means, and the owner's way on. */
export function Changed() {
  const { client } = useApi();
  const queries = useQueryClient();
  const mayAcknowledge = useAllowed('operators:write');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t('auditRetention.changed.title')}</MessageBarTitle>
          {t('auditRetention.changed.text')}
        </MessageBarBody>
        {mayAcknowledge && (
          <MessageBarActions>
            <Button onClick={() => setAsking(true)}>{t('auditRetention.changed.acknowledge')}</Button>
          </MessageBarActions>
        )}
      </MessageBar>
      {asking && (
        <ReasonDialog
          title={t('auditRetention.changed.dialogTitle')}
          submit={t('auditRetention.changed.submit')}
          command="holdfast audit retention acknowledge"
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await client.audit.acknowledgeAuditRetention({ reason });
            await queries.invalidateQueries();
          }}
        >
          <Body1>{t('auditRetention.changed.dialogText')}</Body1>
        </ReasonDialog>
      )}
    </>
  );
}
