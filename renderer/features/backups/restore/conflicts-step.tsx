import { Button, Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import type { FollowedJob } from '../../../rpc/use-job.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { JobProgress } from '../../../ui/job-progress.tsx';
import { ChangesTable } from './changes-table.tsx';
import type { RestoreDraft } from './draft.ts';
import { endangered, type Plan } from './plan.ts';

interface ConflictsStepProps {
  readonly draft: RestoreDraft;
  readonly followed: FollowedJob;
  readonly plan: Plan | undefined;
  readonly onAccept: (accepted: boolean) => void;
  readonly onAgain: () => void;
}

/** Step 4: what stands in the way, and what would be lost, which has to be agreed to. */
export function ConflictsStep({ draft, followed, plan, onAccept, onAgain }: ConflictsStepProps) {
  const { job, failure, cancel } = followed;
  if (plan === undefined) {
    const failed = failure ?? (job?.endedAt ? (job.error ?? undefined) : undefined);
    return (
      <>
        <p>{t('restore.where.plan')}</p>
        {job && job.endedAt === null && <JobProgress job={job} onCancel={() => void cancel()} />}
        <ErrorNote error={failed} onRetry={onAgain} />
        {job?.endedAt && <Button onClick={onAgain}>{t('restore.conflicts.again')}</Button>}
      </>
    );
  }
  const inDanger = endangered(plan);
  return (
    <>
      {plan.obstacles.length > 0 && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {t('restore.conflicts.obstacles')}
            <ul>
              {plan.obstacles.map((obstacle) => (
                <li key={obstacle}>{obstacle}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      <p>
        {t('restore.conflicts.space', { bytes: formatBytes(plan.bytes), free: formatBytes(plan.freeBytes) })}
      </p>
      {draft.to === 'folder' && plan.obstacles.length === 0 && <p>{t('restore.conflicts.nothing')}</p>}
      {draft.to === 'in-place' && (
        <>
          <ChangesTable changes={plan.changes} />
          {inDanger === 0 ? (
            plan.changes.every(({ added }) => added === 0) && <p>{t('restore.conflicts.same')}</p>
          ) : (
            <Checkbox
              label={t('restore.conflicts.accept', { count: inDanger })}
              checked={draft.accepted !== undefined && draft.accepted === draft.plan}
              onChange={(_, { checked }) => onAccept(checked === true)}
            />
          )}
        </>
      )}
      <div>
        <Button onClick={onAgain}>{t('restore.conflicts.again')}</Button>
      </div>
    </>
  );
}
