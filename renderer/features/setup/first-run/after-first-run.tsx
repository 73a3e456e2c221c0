import { Body1, Button, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { Centred } from '../../../ui/centred.tsx';
import { Wizard } from '../../../ui/wizard.tsx';
import { RecoveryKeySteps } from '../recovery-key-steps.tsx';
import { Starting } from '../starting.tsx';
import { keepStage, readStage, type Stage } from './stage.ts';
import { wizardSteps } from './wizard-steps.ts';

const useStyles = makeStyles({
  choices: { display: 'flex', flexDirection: 'column', gap: '8px', alignItems: 'flex-start' },
});

/** The rest of the first run, once its owner is signed in: the recovery key, and where to go first. */
export function AfterFirstRun({ children }: { readonly children: ReactNode }) {
  const [stage, setStage] = useState(readStage);
  const { query } = useApi();
  const installation = useQuery({
    ...query.suite.getInstallation.queryOptions({ input: {} }),
    enabled: stage !== undefined,
  });
  const go = (next: Stage | undefined) => {
    keepStage(next);
    setStage(next);
  };
  if (stage === undefined) return children;
  if (installation.data === undefined) {
    return <Starting error={installation.error} onRetry={() => void installation.refetch()} />;
  }
  return (
    <Centred title={t('setup.firstRun.title')} width={820}>
      <Wizard label={t('setup.firstRun.title')} steps={wizardSteps()} current={stage}>
        {stage === 'recovery' ? (
          <>
            <RecoveryKeySteps installationId={installation.data.id} onConfirmed={() => go('done')} />
            <div>
              <Button appearance="subtle" onClick={() => go('done')}>
                {t('setup.firstRun.recovery.later')}
              </Button>
            </div>
          </>
        ) : (
          <Choices onChosen={() => go(undefined)} />
        )}
      </Wizard>
    </Centred>
  );
}

function Choices({ onChosen }: { readonly onChosen: () => void }) {
  const styles = useStyles();
  const [, go] = useLocation();
  const choose = (path: string) => () => {
    go(path);
    onChosen();
  };
  return (
    <>
      <Body1>{t('setup.firstRun.done.text')}</Body1>
      <div className={styles.choices}>
        <Button appearance="primary" onClick={choose('/tenants?sample')}>
          {t('setup.firstRun.done.sample')}
        </Button>
        <Button onClick={choose('/tenants?create')}>{t('setup.firstRun.done.tenant')}</Button>
        <Button appearance="subtle" onClick={choose('/')}>
          {t('setup.firstRun.done.dashboard')}
        </Button>
      </div>
    </>
  );
}
