import { Body1, Button, Spinner } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../app/session.tsx';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { Time } from '../../ui/time.tsx';

/** The key that signs the audit log: what checks it elsewhere, and its replacement. */
export function SigningKey() {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const mayRotate = useAllowed('operators:write');
  const [asking, setAsking] = useState(false);
  const found = useQuery(query.audit.getSigningKey.queryOptions({ input: {} }));
  if (found.data === undefined) {
    return found.error ? (
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Spinner label={t('common.loading')} />
    );
  }
  const { key, generation, createdAt, dueAt, former } = found.data;
  return (
    <Panel
      title={t('settings.signingKey.title')}
      actions={
        mayRotate && <Button onClick={() => setAsking(true)}>{t('settings.signingKey.rotate')}</Button>
      }
    >
      <Body1>{t('settings.signingKey.text')}</Body1>
      <Facts
        facts={[
          [t('settings.signingKey.key'), <Identifier key="key" value={key} />],
          [t('settings.signingKey.generation'), String(generation)],
          [t('settings.signingKey.since'), <Time key="since" value={createdAt} />],
          [t('settings.signingKey.due'), <Time key="due" value={dueAt} />],
          [t('settings.signingKey.former'), String(former.length)],
        ]}
      />
      {asking && (
        <ReasonDialog
          title={t('settings.signingKey.dialogTitle')}
          submit={t('settings.signingKey.submit')}
          command="holdfast audit rotate-key"
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await client.audit.rotateSigningKey({ reason });
            await queries.invalidateQueries({ queryKey: query.audit.key() });
          }}
        >
          <Body1>{t('settings.signingKey.dialogText')}</Body1>
        </ReasonDialog>
      )}
    </Panel>
  );
}
