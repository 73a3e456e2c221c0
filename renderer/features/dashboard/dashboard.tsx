import { makeStyles } from '@fluentui/react-components';
import type { Status } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import { useStatus } from '../../rpc/use-status.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { ActivityPanel } from './activity-panel.tsx';
import { Attention } from './attention.tsx';
import { FirstSteps } from './first-steps.tsx';
import { LogPanel } from './log-panel.tsx';
import { MachinePanel } from './machine-panel.tsx';
import { ManagerTiles } from './manager-tiles.tsx';
import { ProtectionPanel } from './protection-panel.tsx';
import { RecentPanel } from './recent-panel.tsx';
import { RecoveryPanel } from './recovery-panel.tsx';
import { RunningPanel } from './running-panel.tsx';
import { useAttention } from './use-attention.ts';

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '12px', flexShrink: 0 },
  // panels of any height, in as many columns as there is room for
  columns: {
    columnWidth: '360px',
    columnGap: '12px',
    '& > *': { breakInside: 'avoid', marginBottom: '12px' },
  },
});

/** How everything is, and first what needs somebody. */
export function Dashboard() {
  const styles = useStyles();
  const status = useStatus();
  return (
    <Page title={t('shell.navigation.dashboard')}>
      <div className={styles.stack}>
        {status.data === undefined && (
          <>
            <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
            {!status.error && <Attention items={undefined} />}
          </>
        )}
        {status.data && <WithStatus status={status.data} />}
        <RunningPanel />
        <div className={styles.columns}>
          {status.data && (
            <>
              <ProtectionPanel status={status.data} />
              <RecoveryPanel status={status.data} />
              <LogPanel status={status.data} />
            </>
          )}
          <ActivityPanel />
          <RecentPanel />
          {status.data && <MachinePanel status={status.data} />}
        </div>
      </div>
    </Page>
  );
}

function WithStatus({ status }: { readonly status: Status }) {
  const items = useAttention(status);
  return (
    <>
      <FirstSteps status={status} />
      <Attention items={items} installationId={status.installationId} />
      <ManagerTiles status={status} />
    </>
  );
}
