import { Body1, Button, Caption1, makeStyles } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Retention } from '../../../../shared/contract/backups/retention.ts';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useJob } from '../../../rpc/use-job.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Time } from '../../../ui/time.tsx';
import { draftOf, isSame, policyIn, ruleOptions } from './draft.ts';
import { PolicyFields } from './policy-fields.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { Simulation } from './simulation.tsx';
import { simulationOf } from './simulation-of.ts';
import { type Subject, subjectOption } from './subject.ts';

const useStyles = makeStyles({
  row: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
});

interface PolicyProps {
  readonly owner: Subject;
  readonly retention: Retention;
}

/** The policy, and what it or a changed one would leave; a change is looked at before it is saved. */
export function Policy({ owner, retention }: PolicyProps) {
  const styles = useStyles();
  const { client, query } = useApi();
  const queries = useQueryClient();
  const maySave = useAllowed('backups:restore');
  const [draft, setDraft] = useState(() => draftOf(retention.policy));
  const [jobId, setJobId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [saving, setSaving] = useState(false);
  const { job, failure, ended, cancel } = useJob(jobId);
  const policy = policyIn(draft);
  const simulation = simulationOf(job);
  const changed = policy !== undefined && !isSame(policy, retention.policy);
  const seen = policy !== undefined && simulation !== undefined && isSame(policy, simulation.policy);

  async function simulate() {
    if (policy === undefined) return;
    setError(undefined);
    try {
      setJobId((await client.backups.simulateRetention({ ...owner, policy })).jobId);
    } catch (refused) {
      setError(refused);
    }
  }

  return (
    <>
      <Panel title={t('retention.policy.title')}>
        <Body1>{t('retention.policy.text', { zone: retention.timeZone })}</Body1>
        <PolicyFields draft={draft} onChange={setDraft} />
        <div className={styles.row}>
          <Button
            onClick={() => void simulate()}
            disabled={policy === undefined || (jobId !== undefined && !ended && !failure)}
          >
            {t('retention.policy.simulate')}
          </Button>
          {maySave && (
            <Button appearance="primary" disabled={!changed || !seen} onClick={() => setSaving(true)}>
              {t('retention.policy.save')}
            </Button>
          )}
          {changed && (
            <Button appearance="subtle" onClick={() => setDraft(draftOf(retention.policy))}>
              {t('retention.policy.reset')}
            </Button>
          )}
        </div>
        <Caption1>
          {changed && !seen && maySave ? t('retention.policy.saveHint') : <SetBy retention={retention} />}
        </Caption1>
        <ErrorNote error={error ?? failure} />
        {job && job.state !== 'succeeded' && <JobProgress job={job} onCancel={() => void cancel()} />}
        {policy && (
          <CommandLine
            command={`holdfast backup retention simulate ${subjectOption(owner)} ${ruleOptions(policy)}`}
          />
        )}
      </Panel>
      {simulation && <Simulation simulation={simulation} />}
      {saving && policy && simulation && (
        <SaveDialog
          owner={owner}
          before={retention.policy}
          after={policy}
          goes={simulation.removed.snapshots}
          onClose={() => setSaving(false)}
          onSubmit={async (reason) => {
            await client.backups.setRetention({ ...owner, policy, reason });
            await queries.invalidateQueries({ queryKey: query.backups.key() });
          }}
        />
      )}
    </>
  );
}

function SetBy({ retention: { set } }: Pick<PolicyProps, 'retention'>) {
  if (set === null) return <>{t('retention.policy.isDefault')}</>;
  const [before, after] = t('retention.policy.set', { by: set.by ?? '–', time: '\n' }).split('\n');
  return (
    <>
      {before}
      <Time value={set.time} as="ago" />
      {after}
    </>
  );
}
