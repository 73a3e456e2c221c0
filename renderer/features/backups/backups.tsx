import { MessageBar, MessageBarBody, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useAllowed } from '../../app/session.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { JobPanel } from '../../ui/job-panel.tsx';
import { list, number } from '../../ui/json-member.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { History } from './history/history.tsx';
import { Restores } from './restores/restores.tsx';
import { RunMenu } from './run-menu.tsx';
import { Schedules } from './schedules/schedules.tsx';

const tabs = ['history', 'schedules', 'restores'] as const;

/** What is backed up, when, and what was brought back. */
export function Backups({ tab }: { readonly tab: string | undefined }) {
  const { client, query } = useApi();
  const [, go] = useLocation();
  const [get] = useSearch();
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const mayWrite = useAllowed('backups:write');
  const mayRestore = useAllowed('backups:restore');
  const status = useQuery(query.suite.getStatus.queryOptions({ input: {} }));
  const current = tabs.find((known) => known === tab) ?? 'history';
  const tenant = get('tenant');

  async function run(scope: Parameters<typeof client.backups.createBackup>[0]['scope']) {
    setError(undefined);
    try {
      const started = await client.backups.createBackup({ scope });
      setJobId(started.jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <Page
      title={t('shell.navigation.backups')}
      actions={
        <>
          {mayRestore && (
            <LinkButton href={`/backups/restore${tenant === undefined ? '' : `?tenant=${tenant}`}`}>
              {t('backups.restore')}
            </LinkButton>
          )}
          {mayWrite && <RunMenu tenant={tenant} onRun={(scope) => void run(scope)} />}
        </>
      }
    >
      {status.data?.protection.sameDisk && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t('backups.sameDisk')}</MessageBarBody>
        </MessageBar>
      )}
      {status.data !== undefined && status.data.protection.unprotected > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t('backups.unprotected', { count: status.data.protection.unprotected })}
          </MessageBarBody>
        </MessageBar>
      )}
      <ErrorNote error={error} />
      {jobId !== undefined && (
        <Panel title={t('backups.running')}>
          <JobPanel
            jobId={jobId}
            onClose={() => setJobId(undefined)}
            done={({ result }) => {
              const snapshots = list(result, 'snapshots');
              const added = snapshots.reduce<number>((sum, each) => sum + number(each, 'bytesAdded'), 0);
              return t('backups.done', { count: snapshots.length, bytes: formatBytes(added) });
            }}
          />
        </Panel>
      )}
      <TabList
        selectedValue={current}
        onTabSelect={(_, { value }) =>
          go(`/backups/${String(value)}${tenant === undefined ? '' : `?tenant=${tenant}`}`)
        }
      >
        {tabs.map((name) => (
          <Tab key={name} value={name}>
            {t(`backups.tabs.${name}`)}
          </Tab>
        ))}
      </TabList>
      {current === 'history' && <History />}
      {current === 'schedules' && <Schedules onRun={(scope) => void run(scope)} />}
      {current === 'restores' && <Restores />}
    </Page>
  );
}
