import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { ReasonDialog } from '../../../ui/reason-dialog.tsx';
import { RestartApp } from '../../../ui/restart-app.tsx';
import { Time } from '../../../ui/time.tsx';
import { useOperators } from '../../../ui/use-names.ts';

interface ControlRestoreProps {
  /** Takes the newest one back. */
  readonly onUndo: (undoId: string) => void;
}

const refetchMs = 10_000;
const intents = { pending: 'warning', done: 'info', failed: 'error' } as const;

/** The newest restore of the installation's own data: that it waits for a start, was carried out, or could not be. */
export function ControlRestore({ onUndo }: ControlRestoreProps) {
  const { client, query } = useApi();
  const queries = useQueryClient();
  const isOwner = useAllowed('operators:write');
  const operators = useOperators();
  const [asking, setAsking] = useState(false);
  const found = useQuery(
    query.backups.getControlRestore.queryOptions({ input: {}, refetchInterval: refetchMs }),
  );
  const restore = found.data?.restore;
  if (found.error) return <ErrorNote error={found.error} />;
  if (!restore || restore.state === 'cancelled') return null;
  // once there is no way back, the table and the log tell of it
  if (restore.state === 'done' && !restore.undoable) return null;
  const { state } = restore;
  return (
    <>
      <MessageBar intent={intents[state]} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t(`backups.ownRestore.${state}`)}</MessageBarTitle>
          {t('backups.ownRestore.moment')} <Time value={restore.moment} />.{' '}
          {t(`backups.ownRestore.${state}Text`)}
          {restore.needPassphrase.length > 0 && (
            <>
              {' '}
              {t('backups.ownRestore.needPassphrase', {
                names: restore.needPassphrase.map((id) => operators.get(id)?.name ?? id).join(', '),
              })}
            </>
          )}
        </MessageBarBody>
        {isOwner && state === 'pending' && (
          <MessageBarActions>
            <RestartApp />
            <Button onClick={() => setAsking(true)}>{t('backups.ownRestore.cancel')}</Button>
          </MessageBarActions>
        )}
        {isOwner && restore.undoable && (
          <MessageBarActions>
            <Button onClick={() => onUndo(restore.undoId)}>{t('backups.ownRestore.undo')}</Button>
          </MessageBarActions>
        )}
      </MessageBar>
      {asking && (
        <ReasonDialog
          title={t('backups.ownRestore.cancelTitle')}
          submit={t('backups.ownRestore.cancel')}
          command="holdfast restore cancel"
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await client.backups.cancelControlRestore({ reason });
            await queries.invalidateQueries();
          }}
        >
          <p>{t('backups.ownRestore.cancelText')}</p>
        </ReasonDialog>
      )}
    </>
  );
}
