import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { useJob } from '../../rpc/use-job.ts';
import { CommandLine } from '../../ui/command-line.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { jobTones } from '../../ui/job-words.ts';
import { ownerName } from '../../ui/owner-name.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useTenants } from '../../ui/use-names.ts';

const useStyles = makeStyles({
  result: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    margin: 0,
  },
});

/** One job, live while it runs. */
export function JobDetails({ jobId }: { readonly jobId: string }) {
  const styles = useStyles();
  const { query } = useApi();
  const tenants = useTenants();
  const { job, failure, cancel } = useJob(jobId);
  const operators = useQuery(
    query.auth.listOperators.queryOptions({ input: { limit: 1000 }, staleTime: 60_000 }),
  );
  if (failure) return <ErrorNote error={failure} />;
  if (job === undefined) return <p>{t('common.loading')}</p>;
  const asker = operators.data?.items.find(({ id }) => id === job.requestedBy);
  return (
    <>
      <Facts
        facts={[
          [
            t('jobs.columns.state'),
            <StateBadge key="state" tone={jobTones[job.state]} text={t(`words.jobState.${job.state}`)} />,
          ],
          [t('jobs.columns.tenant'), ownerName(job.tenantId, tenants)],
          [
            t('jobs.columns.who'),
            job.requestedBy === null ? t('jobs.schedule') : (asker?.name ?? job.requestedBy),
          ],
          [t('jobs.details.started'), <Time key="started" value={job.startedAt} />],
          [t('jobs.details.ended'), <Time key="ended" value={job.endedAt} missing="–" />],
          [t('jobs.details.id'), <Identifier key="id" value={job.id} />],
        ]}
      />
      <JobProgress job={job} onCancel={() => void cancel()} />
      {job.state !== 'failed' && job.error && <ErrorNote error={job.error} />}
      {job.result !== null && (
        <details>
          <summary>{t('jobs.details.result')}</summary>
          <pre className={styles.result}>{JSON.stringify(job.result, null, 2)}</pre>
        </details>
      )}
      <CommandLine command={`holdfast job show ${job.id}`} />
    </>
  );
}
