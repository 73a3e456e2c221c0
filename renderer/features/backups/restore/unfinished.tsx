import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Job } from '../../../../shared/contract/suite.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { isResumable, ResumeRestore } from '../../../ui/resume-restore.tsx';
import { fateOf, stepToFix } from './fate.ts';
import type { RestoreDraft } from './restore-draft.ts';
import type { Step } from './steps.ts';

const useStyles = makeStyles({ buttons: { display: 'flex', gap: '8px', flexWrap: 'wrap' } });

interface UnfinishedProps {
  readonly draft: RestoreDraft;
  readonly job: Job;
  readonly onBack: (to: Step) => void;
  /** Another job goes on with it. */
  readonly onResumed: (jobId: string) => void;
}

/** Why a restore did not succeed, what state that leaves the data in, and where it can be put right. */
export function Unfinished({ draft, job, onBack, onResumed }: UnfinishedProps) {
  const styles = useStyles();
  const { query } = useApi();
  const inPlace = draft.to === 'in-place' || draft.to === undefined;
  const records = useQuery(
    query.backups.listRestores.queryOptions({
      input: { limit: 200, ...(draft.source === undefined ? {} : { tenant: draft.source }) },
      enabled: inPlace && draft.source !== 'installation',
      staleTime: 0,
    }),
  );
  if (inPlace && records.isFetching) return <Spinner label={t('common.loading')} />;
  const own = draft.source === 'installation';
  // nothing of it is changed before the next start
  const fate = own ? 'untouched' : fateOf(job, draft.to, draft.snapshot, records.data?.items);
  const fix = stepToFix(job.error);
  const canGoOn = isResumable(job) && fate !== 'replaced';
  const other = canGoOn ? 'secondary' : 'primary';
  return (
    <>
      <ErrorNote error={job.error} />
      <MessageBar intent={fate === 'untouched' ? 'info' : 'warning'} layout="multiline">
        <MessageBarBody>
          {job.error === null && <>{t(`words.jobState.${job.state}`)}. </>}
          {t(
            draft.to !== undefined && draft.to !== 'in-place'
              ? `restore.fate.${draft.to}`
              : `restore.fate.${fate}`,
          )}
        </MessageBarBody>
      </MessageBar>
      {canGoOn && <ResumeRestore jobId={job.id} onStarted={onResumed} />}
      <div className={styles.buttons}>
        {fate === 'untouched' ? (
          <Button appearance={other} onClick={() => onBack(fix)}>
            {t(`restore.run.back.${fix}`)}
          </Button>
        ) : (
          <LinkButton appearance={other} href="/backups/restores">
            {t('restore.run.toRestores')}
          </LinkButton>
        )}
        <LinkButton href={`/jobs/${job.id}`}>{t('restore.run.toJob')}</LinkButton>
      </div>
    </>
  );
}
