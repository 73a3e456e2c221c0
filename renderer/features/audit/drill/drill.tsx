import { Body1, Button } from '@fluentui/react-components';
import { BugRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { newestJob } from '../../../rpc/newest-job.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobPanel } from '../../../ui/job-panel.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { DrillResult } from './drill-result.tsx';
import { FormerDrills } from './former-drills.tsx';

/** Attacks on a copy of the log: to be run, what the last run found, and those before it. */
export function TamperDrill() {
  const { client, query } = useApi();
  const run = useMutation(query.audit.runTamperDrill.mutationOptions());
  const last = useQuery({
    queryKey: [...query.jobs.key(), 'tamper-drill'],
    queryFn: () => newestJob(client, 'audit.drill', ({ result, endedAt }) => ({ result, time: endedAt })),
  });
  const button = (text: string) => (
    <Button
      appearance="primary"
      icon={<BugRegular />}
      disabled={run.isPending}
      onClick={() => run.mutate({})}
    >
      {text}
    </Button>
  );
  const known = last.data ?? null;
  return (
    <Page
      title={t('tamperDrill.title')}
      above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}
      actions={known !== null && button(t('tamperDrill.again'))}
    >
      <Panel title={t('tamperDrill.held')}>
        <Body1>{t('tamperDrill.text')}</Body1>
        <ErrorNote error={run.error} />
        {run.data && (
          <JobPanel
            key={run.data.jobId}
            jobId={run.data.jobId}
            done={({ result, endedAt }) => <DrillResult result={result} time={endedAt} />}
          />
        )}
        {run.data === undefined && known !== null && <DrillResult {...known} />}
        {run.data === undefined && last.data === null && (
          <EmptyState
            title={t('tamperDrill.none')}
            text={t('tamperDrill.noneText')}
            action={button(t('tamperDrill.run'))}
          />
        )}
        <ErrorNote error={last.error} onRetry={() => void last.refetch()} />
        <CommandLine command="holdfast audit drill" />
      </Panel>
      <FormerDrills />
    </Page>
  );
}
