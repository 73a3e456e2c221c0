import { Body1, Checkbox, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { TargetMovePlan } from '../../../../shared/contract/backups/targets.ts';
import { issuesOf } from '../../../i18n/failure-text.ts';
import { formatBytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { toFailure } from '../../../rpc/failure.ts';
import { CommandLine, shellWord } from '../../../ui/command-line.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { problem } from '../../../ui/problem.ts';

interface MoveTargetProps {
  /** Backups go into the data folder now, so that cannot be chosen. */
  readonly isInDataFolder: boolean;
  readonly onStarted: (jobId: string) => void;
  readonly onClose: () => void;
}

/** Another folder for the first target: looked at first, moved to with the second step. */
export function MoveTarget({ isInDataFolder, onStarted, onClose }: MoveTargetProps) {
  const { client } = useApi();
  const [path, setPath] = useState('');
  const [toData, setToData] = useState(false);
  const [plan, setPlan] = useState<TargetMovePlan>();
  const [issues, setIssues] = useState<ReadonlyMap<string, string>>(new Map());
  const input = { path: toData ? null : path };

  async function next() {
    setIssues(new Map());
    if (plan === undefined) {
      setPlan(await client.backups.planTargetMove(input));
      return;
    }
    const lost = plan.lost === null ? {} : { lost: true as const };
    const { jobId } = await client.backups.moveTarget({ ...input, ...lost });
    onStarted(jobId);
    onClose();
  }

  return (
    <FormDialog
      title={t('targets.moving.title')}
      submit={t(submitOf(plan))}
      disabled={(!toData && path === '') || plan?.fits === false}
      onSubmit={next}
      onError={(error) => setIssues(issuesOf(toFailure(error)))}
      onClose={onClose}
    >
      <Body1>{t('targets.moving.text')}</Body1>
      {!toData && (
        <Field
          label={t('targets.moving.path')}
          hint={t('targets.moving.pathHint')}
          required
          {...problem(issues.get('place.path') ?? issues.get('path'))}
        >
          <Input
            value={path}
            onChange={(_, { value }) => {
              setPath(value);
              setPlan(undefined);
            }}
            autoFocus
          />
        </Field>
      )}
      {!isInDataFolder && (
        <Checkbox
          label={t('targets.moving.toData')}
          checked={toData}
          onChange={(_, { checked }) => {
            setToData(checked === true);
            setPlan(undefined);
          }}
        />
      )}
      <div role="status">{plan !== undefined && <Plan plan={plan} />}</div>
      <CommandLine
        command={`holdfast backup target move ${toData ? '--data-folder' : shellWord(path || 'FOLDER')}${plan === undefined ? ' --plan' : plan.lost === null ? '' : ' --lost'}`}
      />
    </FormDialog>
  );
}

const submitOf = (plan: TargetMovePlan | undefined) =>
  plan === undefined
    ? 'targets.moving.look'
    : plan.lost === null
      ? 'targets.moving.submit'
      : 'targets.moving.takeOver';

function Plan({
  plan: { repositories, bytes, freeBytes, fits, sameDisk, lost },
}: {
  readonly plan: TargetMovePlan;
}) {
  if (lost !== null) {
    return (
      <>
        <div>{t('targets.moving.away')}</div>
        <Loss lost={lost} />
        {sameDisk && <div>{t('targets.moving.sameDisk')}</div>}
      </>
    );
  }
  const facts = { count: repositories, bytes: formatBytes(bytes), free: formatBytes(freeBytes) };
  return (
    <>
      <div>{t(fits ? 'targets.moving.plan' : 'targets.moving.noRoom', facts)}</div>
      {sameDisk && <div>{t('targets.moving.sameDisk')}</div>}
    </>
  );
}

/** What it costs that the first target cannot be copied from. */
function Loss({
  lost: { snapshots, held, tenants, fromOthers },
}: {
  readonly lost: NonNullable<TargetMovePlan['lost']>;
}) {
  return (
    <ul>
      <li>
        {snapshots === 0 ? t('targets.moving.nothingLost') : t('targets.moving.lost', { count: snapshots })}
      </li>
      {held > 0 && <li>{t('targets.moving.lostHeld', { count: held })}</li>}
      {tenants > 0 && <li>{t('targets.moving.lostTenants', { count: tenants })}</li>}
      {fromOthers > 0 && <li>{t('targets.moving.fromOthers', { count: fromOthers })}</li>}
    </ul>
  );
}
