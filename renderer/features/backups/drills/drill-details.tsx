import { Body1, Button, MessageBar, MessageBarBody, makeStyles, Subtitle2 } from '@fluentui/react-components';
import type { Drill } from '../../../../shared/contract/backups/drills.ts';
import { failureText } from '../../../i18n/failure-text.ts';
import { formatBytes, formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Identifier } from '../../../ui/identifier.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { installationChoice } from '../../../ui/tenant-choice.tsx';
import { Time } from '../../../ui/time.tsx';
import { type Scope, scopeOf } from '../scope.ts';
import { OutcomeBadge } from './columns.tsx';

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
  cause: { overflowWrap: 'anywhere' },
});

interface DrillDetailsProps {
  readonly drill: Drill;
  readonly name: string;
  /** undefined for a role that may not. */
  readonly onRun: ((scope: Scope) => Promise<unknown>) | undefined;
}

/** One drill: what it proved and what took how long, or why it failed and what to do about it. */
export function DrillDetails({ drill, name, onRun }: DrillDetailsProps) {
  const styles = useStyles();
  const { durationMs, rows, files, bytes, phases, error, tenantId } = drill;
  return (
    <>
      {error !== null && (
        <>
          <Subtitle2 as="h3">{t('drills.details.toDo')}</Subtitle2>
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{failureText(error)}</MessageBarBody>
          </MessageBar>
          <Body1 className={styles.cause}>{t('drills.details.cause', { message: error.message })}</Body1>
        </>
      )}
      <div className={styles.buttons}>
        {onRun && (
          <Button size="small" onClick={() => void onRun(scopeOf(tenantId ?? installationChoice))}>
            {t('drills.details.again')}
          </Button>
        )}
        {error !== null && (
          <LinkButton size="small" href={`/backups?tenant=${tenantId ?? installationChoice}`}>
            {t('drills.details.backUp')}
          </LinkButton>
        )}
        <LinkButton size="small" href={`/jobs/${drill.jobId}`}>
          {t('drills.details.job')}
        </LinkButton>
      </div>
      <Facts
        facts={[
          [t('drills.columns.of'), name],
          [t('drills.columns.outcome'), <OutcomeBadge key="outcome" outcome={drill.outcome} />],
          [t('drills.columns.started'), <Time key="started" value={drill.startedAt} />],
          [t('drills.details.by'), drill.scheduled ? t('drills.asked.schedule') : t('drills.asked.person')],
          ...(durationMs === null ? [] : [[t('drills.columns.took'), formatDuration(durationMs)] as const]),
          ...(rows === null ? [] : [[t('drills.columns.rows'), formatCount(rows)] as const]),
          ...(files === null ? [] : [[t('drills.details.files'), formatCount(files)] as const]),
          ...(bytes === null ? [] : [[t('drills.columns.bytes'), formatBytes(bytes)] as const]),
          ...(bytes === null || durationMs === null
            ? []
            : [[t('drills.details.speed'), speedText(bytes, durationMs)] as const]),
          [t('drills.details.taken'), <Time key="taken" value={drill.snapshotTime} />],
          [t('drills.columns.snapshot'), <Identifier key="snapshot" value={drill.snapshotId} />],
        ]}
      />
      {phases.length > 0 && (
        <>
          <Subtitle2 as="h3">{t('drills.details.phases')}</Subtitle2>
          <Facts facts={phases.map((phase) => [phase.name, formatDuration(phase.durationMs)])} />
        </>
      )}
    </>
  );
}

function speedText(bytes: number, durationMs: number): string {
  return t('drills.details.speedOf', { bytes: formatBytes((bytes * 1000) / Math.max(1, durationMs)) });
}
