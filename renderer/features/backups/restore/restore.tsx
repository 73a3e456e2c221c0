import { Spinner } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useAllowed } from '../../../app/session.tsx';
import { t } from '../../../i18n/translate.ts';
import { forbidden } from '../../../rpc/failure.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { isReason } from '../../../ui/is-reason.ts';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Wizard } from '../../../ui/wizard.tsx';
import { ConflictsStep } from './conflicts-step.tsx';
import { isPlace } from './destination.ts';
import { useRestoreDraft } from './draft.ts';
import { isClear } from './plan.ts';
import { Refused } from './refused.tsx';
import { ResultStep } from './result-step.tsx';
import { RunStep } from './run-step.tsx';
import { type Step, shownStep, steps } from './steps.ts';
import { SummaryStep } from './summary-step.tsx';
import { useRestore } from './use-restore.ts';
import { WhatStep } from './what-step.tsx';
import { WhenStep } from './when-step.tsx';
import { WhereStep } from './where-step.tsx';

/** Brings data back, for whoever may. */
export function Restore() {
  const mayRestore = useAllowed('backups:restore');
  return (
    <Page title={t('restore.title')} above={<TextLink href="/backups">{t('restore.up')}</TextLink>}>
      {mayRestore ? <RestoreSteps /> : <ErrorNote error={forbidden} />}
    </Page>
  );
}

/** Seven steps of which none can be skipped and in which nothing is chosen by itself. */
function RestoreSteps() {
  const [draft, change] = useRestoreDraft();
  const work = useRestore(draft, change);
  const [tried, setTried] = useState(false);
  /** The preflight was asked for by going on, so going on is what follows when nothing stands in the way. */
  const [goingOn, setGoingOn] = useState(false);
  const { plan, planJob } = work;
  const isChosen = draft.snapshot !== undefined || draft.at !== undefined;
  // after a reload the plan is on its way: where one stood may still be right
  const planComes = draft.plan !== undefined && planJob.job === undefined && planJob.failure === undefined;
  const shown = shownStep(draft.step, draft.job !== undefined, {
    what: draft.source !== undefined,
    when: isChosen,
    where: isPlace(draft) && work.planned,
    conflicts: planComes || work.agreed || (isClear(plan) && work.loss === 'looking'),
    summary: work.fresh && isReason(draft.reason),
  });
  const before = steps[steps.indexOf(shown) - 1];
  const leads = shown !== 'run' && shown !== 'result';

  const go = (to: Step, changed: Partial<typeof draft> = {}) => {
    setTried(false);
    setGoingOn(false);
    work.forgetError();
    change({ ...changed, step: to });
  };
  const lookAgain = () => {
    if (shown === 'summary') change({ step: 'conflicts' });
    void work.makePlan();
  };

  const arrived = goingOn && shown === 'where' && isClear(plan);
  useEffect(() => {
    if (!arrived) return;
    setGoingOn(false);
    change({ step: 'conflicts' });
  }, [arrived, change]);

  function next() {
    setTried(true);
    if (shown === 'what' && draft.source !== undefined) go('when');
    else if (shown === 'when' && isChosen) go('where');
    else if (shown === 'where' && isPlace(draft)) {
      if (isClear(plan) && work.fresh) return go('conflicts');
      setGoingOn(true);
      void work.makePlan();
    } else if (shown === 'conflicts') go('summary');
    else if (shown === 'summary' && work.agreed && work.fresh && isReason(draft.reason)) void work.start();
  }

  const waits = work.busy || (draft.plan !== undefined && planJob.job?.endedAt === null);
  return (
    <Panel title={t('restore.panel')}>
      <Wizard
        label={t('restore.panel')}
        steps={steps.map((key) => ({ key, title: t(`restore.steps.${key}`) }))}
        current={shown}
        onBack={leads && before !== undefined ? () => go(before) : undefined}
        onNext={leads ? next : undefined}
        nextDisabled={waits || (shown === 'conflicts' && !work.agreed)}
        nextLabel={shown === 'summary' ? t('restore.summary.start') : undefined}
      >
        {shown === 'what' && <WhatStep draft={draft} onChange={change} tried={tried} />}
        {shown === 'when' && <WhenStep draft={draft} onChange={change} tried={tried} />}
        {shown === 'where' && (
          <WhereStep draft={draft} onChange={change} work={work} tried={tried} onAgain={lookAgain} />
        )}
        {shown === 'conflicts' && (
          <ConflictsStep
            draft={draft}
            work={work}
            onAccept={(accepted) => change({ accepted: accepted ? draft.plan : undefined })}
            onAgain={lookAgain}
          />
        )}
        {shown === 'summary' && plan === undefined && <Spinner label={t('common.loading')} />}
        {shown === 'summary' && plan && (
          <SummaryStep
            draft={draft}
            plan={plan}
            fresh={work.fresh}
            tried={tried}
            onReason={(reason) => change({ reason })}
            onAgain={lookAgain}
          />
        )}
        {shown === 'run' && draft.job !== undefined && (
          <RunStep
            draft={draft}
            jobId={draft.job}
            onDone={() => change({ step: 'result' })}
            onResumed={(job) => change({ job })}
            onBack={(to) => go(to, { job: undefined, ...(to === 'summary' ? {} : { plan: undefined }) })}
          />
        )}
        {shown === 'result' && draft.job !== undefined && (
          <ResultStep
            draft={draft}
            jobId={draft.job}
            onUnfinished={() => change({ step: 'run' })}
            onAnother={() =>
              go('what', {
                source: undefined,
                to: undefined,
                folder: '',
                parts: '',
                name: '',
                tier: undefined,
                reason: '',
                accepted: undefined,
                job: undefined,
              })
            }
          />
        )}
        <Refused error={work.error} onOtherPlace={() => go('where', { plan: undefined })} />
      </Wizard>
    </Panel>
  );
}
