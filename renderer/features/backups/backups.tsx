import { Tab } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { useAllowed } from '../../app/session.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useStatus } from '../../rpc/use-status.ts';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';
import { list, number } from '../../ui/json-member.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { installationChoice } from '../../ui/tenant-choice.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { Drills } from './drills/drills.tsx';
import { History } from './history/history.tsx';
import { Objectives } from './objectives/objectives.tsx';
import { ProtectionSummary } from './protection-summary.tsx';
import { Repair } from './repair/repair.tsx';
import { Restores } from './restores/restores.tsx';
import { Retention } from './retention/retention.tsx';
import { RunMenu } from './run-menu.tsx';
import { Schedules } from './schedules/schedules.tsx';
import { backupCommand } from './scope.ts';
import { Targets } from './targets/targets.tsx';
import { Timeline } from './timeline/timeline.tsx';
import { useBackupRun } from './use-backup-run.ts';

const tabs = [
  'history',
  'timeline',
  'schedules',
  'targets',
  'retention',
  'drills',
  'repair',
  'objectives',
  'restores',
] as const;

/** What is backed up, when, and what was brought back. */
export function Backups({ tab }: { readonly tab: string | undefined }) {
  const [, go] = useLocation();
  const [get] = useSearch();
  const mayWrite = useAllowed('backups:write');
  const mayRestore = useAllowed('backups:restore');
  const status = useStatus();
  const backup = useBackupRun();
  const current = tabs.find((known) => known === tab) ?? 'history';
  const tenant = get('tenant');
  const own = tenant === installationChoice;
  const kept = new URLSearchParams([
    ...(tenant === undefined ? [] : [['tenant', tenant]]),
    ...(backup.jobId === undefined ? [] : [['job', backup.jobId]]),
  ]).toString();
  const restoring = tenant === undefined ? '' : own ? '?installation=1' : `?tenant=${tenant}`;

  return (
    <Page
      title={t('shell.navigation.backups')}
      actions={
        <>
          {mayRestore && (
            <LinkButton href={`/backups/restore${restoring}`}>{t('backups.restore')}</LinkButton>
          )}
          {mayWrite && <RunMenu tenant={tenant} onRun={backup.run} disabled={backup.busy} />}
        </>
      }
    >
      <ErrorNote error={status.error} onRetry={() => void status.refetch()} />
      {status.data && (
        <ProtectionSummary
          protection={status.data.protection}
          onBackUpAll={mayWrite ? () => void backup.run({ all: true }) : undefined}
        />
      )}
      <ErrorNote error={backup.error} />
      {backup.jobId !== undefined && (
        <Panel title={t('backups.running')}>
          <JobPanel
            jobId={backup.jobId}
            onClose={backup.close}
            done={({ result }) => {
              const snapshots = [...list(result, 'snapshots'), ...list(result, 'folders')];
              const added = snapshots.reduce<number>((sum, each) => sum + number(each, 'bytesAdded'), 0);
              return t('backups.done', { count: snapshots.length, bytes: formatBytes(added) });
            }}
          />
          {backup.scope && <CommandLine command={backupCommand(backup.scope)} />}
        </Panel>
      )}
      <Tabs
        selectedValue={current}
        onTabSelect={(_, { value }) => go(`/backups/${String(value)}${kept === '' ? '' : `?${kept}`}`)}
      >
        {tabs.map((name) => (
          <Tab key={name} value={name}>
            {t(`backups.tabs.${name}`)}
          </Tab>
        ))}
      </Tabs>
      {current === 'history' && (
        <History onBackUpAll={mayWrite ? () => void backup.run({ all: true }) : undefined} />
      )}
      {current === 'timeline' && <Timeline />}
      {current === 'schedules' && <Schedules onRun={backup.run} busy={backup.busy} />}
      {current === 'targets' && <Targets />}
      {current === 'retention' && <Retention />}
      {current === 'drills' && <Drills />}
      {current === 'repair' && <Repair />}
      {current === 'objectives' && <Objectives />}
      {current === 'restores' && <Restores />}
    </Page>
  );
}
