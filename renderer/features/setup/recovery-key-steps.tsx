import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { toFailure } from '../../rpc/failure.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { RecoveryKeyProof, type TypedGroup } from './recovery-key-proof.tsx';
import { RecoveryKeySheet } from './recovery-key-sheet.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '12px' },
  buttons: { display: 'flex', gap: '8px', justifyContent: 'flex-end' },
});

interface RecoveryKeyStepsProps {
  readonly installationId: string;
  readonly onConfirmed: () => void;
}

/** The recovery key shown, written down, hidden, and typed back in part. */
export function RecoveryKeySteps({ installationId, onConfirmed }: RecoveryKeyStepsProps) {
  const styles = useStyles();
  const { client } = useApi();
  const [shown, setShown] = useState(true);
  const key = useQuery({
    queryKey: ['recovery-key'],
    queryFn: () => client.suite.showRecoveryKey({}),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const confirm = async (groups: readonly TypedGroup[]) => {
    await client.suite.confirmRecoveryKey({ groups: [...groups] });
    onConfirmed();
  };
  if (key.error && toFailure(key.error).data.reason === 'recovery-key-gone') {
    return <RecoveryKeyProof whole onTyped={confirm} />;
  }
  if (key.error) return <ErrorNote error={key.error} onRetry={() => void key.refetch()} />;
  if (key.data === undefined) return <Spinner label={t('common.loading')} />;
  if (!shown) {
    return <RecoveryKeyProof whole={false} onTyped={confirm} onShow={() => setShown(true)} />;
  }
  return (
    <div className={styles.root}>
      <p>{t('setup.firstRun.recovery.text')}</p>
      <RecoveryKeySheet recoveryKey={key.data.recoveryKey} installationId={installationId} />
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('setup.firstRun.recovery.warning')}</MessageBarBody>
      </MessageBar>
      <div className={styles.buttons}>
        <Button appearance="primary" onClick={() => setShown(false)}>
          {t('setup.firstRun.recovery.hide')}
        </Button>
      </div>
    </div>
  );
}
