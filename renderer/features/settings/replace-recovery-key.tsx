import {
  Body1,
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  MessageBar,
  MessageBarBody,
  makeStyles,
} from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ClosableTitle } from '../../ui/closable-title.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';
import { number } from '../../ui/json-member.ts';
import { RecoveryKeyProof } from '../setup/recovery-key-proof.tsx';
import { RecoveryKeySheet } from '../setup/recovery-key-sheet.tsx';
import { ReplacementReason } from './replacement-reason.tsx';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '12px' },
  buttons: { display: 'flex', gap: '8px', justifyContent: 'flex-end' },
});

type Stage =
  | { readonly at: 'reason' }
  | { readonly at: 'shown' | 'proof'; readonly recoveryKey: string }
  | { readonly at: 'job'; readonly jobId: string };

interface ReplaceRecoveryKeyProps {
  readonly installationId: string;
  readonly onClose: () => void;
}

/** Another recovery key: why, the key itself, its typing back, and the work on the repositories. Nothing changes before that. */
export function ReplaceRecoveryKey({ installationId, onClose }: ReplaceRecoveryKeyProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [stage, setStage] = useState<Stage>({ at: 'reason' });

  const close = () => {
    void queries.invalidateQueries({ queryKey: query.suite.key() });
    void queries.invalidateQueries({ queryKey: query.backups.key() });
    onClose();
  };

  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => open || close()}>
      <DialogSurface>
        <DialogBody>
          <ClosableTitle onClose={close}>{t('settings.replacement.title')}</ClosableTitle>
          <DialogContent className={styles.content}>
            {stage.at === 'reason' && (
              <ReplacementReason
                reason={reason}
                onChange={setReason}
                onPrepare={async () => {
                  const { recoveryKey } = await client.suite.prepareRecoveryKey({ reason: reason.trim() });
                  setStage({ at: 'shown', recoveryKey });
                }}
              />
            )}
            {stage.at === 'shown' && (
              <>
                <Body1>{t('settings.replacement.shown')}</Body1>
                <RecoveryKeySheet recoveryKey={stage.recoveryKey} installationId={installationId} prepared />
                <div className={styles.buttons}>
                  <Button appearance="primary" onClick={() => setStage({ ...stage, at: 'proof' })}>
                    {t('setup.firstRun.recovery.hide')}
                  </Button>
                </div>
              </>
            )}
            {stage.at === 'proof' && (
              <>
                <MessageBar intent="warning" layout="multiline">
                  <MessageBarBody>{t('settings.replacement.last')}</MessageBarBody>
                </MessageBar>
                <RecoveryKeyProof
                  whole={false}
                  submit={t('settings.replacement.submit')}
                  onTyped={async (groups) => {
                    const asked = { groups: [...groups], reason: reason.trim() };
                    const { jobId } = await client.suite.replaceRecoveryKey(asked);
                    setStage({ at: 'job', jobId });
                  }}
                  onShow={() => setStage({ ...stage, at: 'shown' })}
                />
              </>
            )}
            {stage.at === 'job' && (
              <JobPanel
                jobId={stage.jobId}
                onClose={close}
                done={({ result }) => (
                  <MessageBar intent="success" layout="multiline">
                    <MessageBarBody>
                      {t('settings.replacement.done', { count: number(result, 'repositories') })}{' '}
                      {t('settings.replacement.after')}
                    </MessageBarBody>
                  </MessageBar>
                )}
              />
            )}
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
