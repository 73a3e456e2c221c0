import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { useJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { useNow } from '../../../ui/time.tsx';
import { useTenants } from '../../../ui/use-names.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import { ConflictsStep } from './conflicts-step.tsx';
import { type Step, steps, useRestoreDraft } from './draft.ts';
import { endangered, isFresh, planOf } from './plan.ts';
import { ResultStep } from './result-step.tsx';
import { RunStep } from './run-step.tsx';
import { SummaryStep } from './summary-step.tsx';
import { WhatStep } from './what-step.tsx';
import { WhenStep } from './when-step.tsx';
import { isWholePath, WhereStep } from './where-step.tsx';

const shortestReason = 3;

/** Brings data back, in seven steps of which none can be skipped and in which nothing is chosen by itself. */
export function Restore() {
  const { client, query } = useApi();
  const tenants = useTenants();
  const now = useNow();
  const [draft, change] = useRestoreDraft();
  const [error, setError] = useState<unknown>();
  const [tried, setTried] = useState(false);
  const [planning, setPlanning] = useState(false);
  const planJob = useJob(draft.plan);
  const plan = planOf(planJob.job);
  const snapshot = useQuery(
    query.backups.getSnapshot.queryOptions({
      input: { snapshotId: draft.snapshot ?? '' },
      enabled: draft.snapshot !== undefined,
    }),
  );
  const own = draft.source === 'installation';
  const source = own ? { installation: true as const } : { tenant: draft.source };
  const destination =
    draft.to === 'folder'
      ? { kind: 'folder' as const, path: draft.folder.trim() }
      : { kind: 'in-place' as const };
  const fresh = planJob.job !== undefined && isFresh(planJob.job, now);
  const ready: Readonly<Record<Step, boolean>> = {
    what: draft.source !== undefined,
    when: draft.snapshot !== undefined,
    where: (draft.to === 'in-place' && !own) || (draft.to === 'folder' && isWholePath(draft.folder)),
    conflicts:
      plan !== undefined &&
      plan.obstacles.length === 0 &&
      (draft.to === 'folder' || endangered(plan) === 0 || draft.accepted === draft.plan),
    summary: fresh && draft.reason.trim().length >= shortestReason,
    run: false,
    result: false,
  };
  // an address that claims to be further than what it holds goes back to the first step that is not ready
  const step = steps.find((each) => each === draft.step || !ready[each]) ?? 'what';
  const shown =
    (draft.step === 'run' || draft.step === 'result') && draft.job !== undefined ? draft.step : step;
  const at = steps.indexOf(shown);

  const go = (to: Step) => {
    setTried(false);
    setError(undefined);
    change({ step: to });
  };

  async function makePlan() {
    setPlanning(true);
    setError(undefined);
    try {
      const { jobId } = await client.backups.planRestore({
        ...source,
        snapshotId: draft.snapshot,
        destination,
      });
      change({ plan: jobId, accepted: undefined, step: 'conflicts' });
    } catch (refused) {
      setError(refused);
    } finally {
      setPlanning(false);
    }
  }

  async function start() {
    setError(undefined);
    try {
      const { jobId } = await client.backups.restoreBackup({
        ...source,
        snapshotId: draft.snapshot,
        destination,
        reason: draft.reason.trim(),
      });
      change({ job: jobId, step: 'run' });
    } catch (refused) {
      setError(refused);
    }
  }

  function next() {
    if (!ready[shown]) setTried(true);
    else if (shown === 'where') void makePlan();
    else if (shown === 'summary') void start();
    else {
      const following = steps[at + 1];
      if (following !== undefined) go(following);
    }
  }

  const before = steps[at - 1];
  const leads = shown !== 'run' && shown !== 'result';
  return (
    <Page title={t('restore.title')} above={<TextLink href="/backups">{t('restore.up')}</TextLink>}>
      <Panel title={t('restore.title')}>
        <Wizard
          label={t('restore.title')}
          steps={steps.map((key) => ({ key, title: t(`restore.steps.${key}`) }))}
          current={shown}
          onBack={leads && before !== undefined ? () => go(before) : undefined}
          onNext={leads ? next : undefined}
          nextDisabled={planning || (shown === 'conflicts' && !ready.conflicts)}
          nextLabel={shown === 'summary' ? t('restore.summary.start') : undefined}
        >
          {shown === 'what' && <WhatStep draft={draft} onChange={change} tenants={tenants} tried={tried} />}
          {shown === 'when' && <WhenStep draft={draft} onChange={change} tried={tried} />}
          {shown === 'where' && <WhereStep draft={draft} onChange={change} own={own} tried={tried} />}
          {shown === 'conflicts' && (
            <ConflictsStep
              draft={draft}
              followed={planJob}
              plan={plan}
              onAccept={(accepted) => change({ accepted: accepted ? draft.plan : undefined })}
              onAgain={() => void makePlan()}
            />
          )}
          {shown === 'summary' && plan && (
            <SummaryStep
              draft={draft}
              plan={plan}
              tenants={tenants}
              snapshotTime={snapshot.data?.time ?? plan.snapshotTime}
              fresh={fresh}
              tried={tried}
              onReason={(reason) => change({ reason })}
              onAgain={() => void makePlan()}
            />
          )}
          {shown === 'run' && draft.job !== undefined && (
            <RunStep
              jobId={draft.job}
              onDone={() => go('result')}
              onBack={() => change({ job: undefined, step: 'summary' })}
            />
          )}
          {shown === 'result' && draft.job !== undefined && (
            <ResultStep
              jobId={draft.job}
              source={draft.source}
              onAnother={() =>
                change({
                  source: undefined,
                  to: undefined,
                  folder: '',
                  reason: '',
                  accepted: undefined,
                  job: undefined,
                  step: 'what',
                })
              }
            />
          )}
          <ErrorNote error={error} />
        </Wizard>
      </Panel>
    </Page>
  );
}
