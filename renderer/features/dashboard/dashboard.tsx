import { makeStyles, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useStatus } from '../../app/use-status.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page } from '../../ui/page.tsx';
import { Attention } from './attention.tsx';
import { FirstSteps } from './first-steps.tsx';
import { LogPanel } from './log-panel.tsx';
import { MachinePanel } from './machine-panel.tsx';
import { ManagersPanel } from './managers-panel.tsx';
import { NextBackups } from './next-backups.tsx';
import { ProtectionPanel } from './protection-panel.tsx';

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(340px, 100%), 1fr))',
    gap: '12px',
    alignItems: 'stretch',
  },
});

/** How everything stands, what needs somebody first. */
export function Dashboard() {
  const styles = useStyles();
  const { query } = useApi();
  const status = useStatus();
  const installation = useQuery(query.suite.getInstallation.queryOptions({ input: {} }));
  const tenants = useQuery(query.tenants.listTenants.queryOptions({ input: { limit: 1 } }));
  const schedules = useQuery(
    query.backups.listSchedules.queryOptions({ input: { limit: 1000 }, refetchInterval: 30_000 }),
  );
  if (status.data === undefined) {
    return (
      <Page title={t('shell.navigation.dashboard')}>
        {status.error ? (
          <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
        ) : (
          <Spinner label={t('common.loading')} />
        )}
      </Page>
    );
  }
  const isNew = tenants.data?.items.length === 0 || status.data.protection.lastBackup === null;
  return (
    <Page title={t('shell.navigation.dashboard')}>
      {isNew && tenants.data && installation.data && (
        <FirstSteps
          hasTenant={tenants.data.items.length > 0}
          hasBackup={status.data.protection.lastBackup !== null}
          installation={installation.data}
        />
      )}
      <Attention
        status={status.data}
        overdue={(schedules.data?.items ?? []).filter(({ overdue }) => overdue).length}
        installation={installation.data}
      />
      <div className={styles.grid}>
        <ProtectionPanel status={status.data} />
        <ManagersPanel managers={status.data.managers} />
        <NextBackups schedules={schedules.data?.items} error={schedules.error} />
        <LogPanel log={status.data.log} />
        <MachinePanel status={status.data} />
      </div>
    </Page>
  );
}
