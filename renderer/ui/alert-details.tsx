import { Body1, Button, makeStyles, Subtitle2 } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Alert, ExplainedAlert } from '../../shared/contract/audit/alerts.ts';
import { formatCount } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';
import { useApi } from '../rpc/api.tsx';
import { alertActor, thresholdText } from './alert-words.ts';
import { AnomalyReasons } from './anomaly-reasons.tsx';
import { CommandLine } from './command-line.tsx';
import { ErrorNote } from './error-note.tsx';
import { Facts } from './facts.tsx';
import { SeverityBadge } from './severity-badge.tsx';
import { StateBadge } from './state-badge.tsx';
import { TenantName } from './tenant-name.tsx';
import { TextLink } from './text-link.tsx';
import { Time } from './time.tsx';

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '8px', overflowWrap: 'anywhere' },
  entries: { display: 'flex', flexWrap: 'wrap', gap: '4px 12px', margin: 0, padding: 0, listStyle: 'none' },
  problems: { margin: 0, paddingInlineStart: '20px' },
});

interface AlertDetailsProps {
  readonly alert: Alert;
  /** What else can be done, after what the rule advises. */
  readonly actions?: ReactNode;
}

/** One alert: what it means, what to do, the entries that it rests on, and whether they still say so. */
export function AlertDetails({ alert, actions }: AlertDetailsProps) {
  const styles = useStyles();
  const { id, rule, severity, tenantId, entries, threshold, anomaly, more, time, lastTime } = alert;
  return (
    <>
      <section className={styles.section}>
        <Subtitle2 as="h3">{t('alerts.details.meaning')}</Subtitle2>
        <Body1>{t(`alerts.rules.${rule}.meaning`)}</Body1>
        <Subtitle2 as="h3">{t('alerts.details.advice')}</Subtitle2>
        <Body1>{t(`alerts.rules.${rule}.advice`)}</Body1>
        {actions}
      </section>
      <Facts
        facts={[
          [t('alerts.columns.severity'), <SeverityBadge key="severity" severity={severity} />],
          [t('alerts.columns.actor'), alertActor(alert)],
          [
            t('alerts.columns.tenant'),
            tenantId === null ? t('common.installation') : <TenantName key="tenant" id={tenantId} />,
          ],
          [t('alerts.columns.time'), <Time key="time" value={time} />],
          [t('alerts.details.threshold'), thresholdText(threshold, anomaly?.needed ?? null)],
          ...(more === 0
            ? []
            : [
                [t('alerts.details.until'), <Time key="until" value={lastTime} />] as const,
                [t('alerts.details.also'), t('alerts.more', { count: more })] as const,
              ]),
        ]}
      />
      {anomaly && <AnomalyReasons anomaly={anomaly} entries={entries} />}
      <section className={styles.section}>
        <Subtitle2 as="h3">{t('alerts.details.entries')}</Subtitle2>
        <ul className={styles.entries}>
          {entries.map(({ index, eventId }) => (
            <li key={eventId}>
              <TextLink href={`/audit?entry=${eventId}`}>
                {t('alerts.details.entry', { index: formatCount(index) })}
              </TextLink>
            </li>
          ))}
        </ul>
        <Check alertId={id} />
        <CommandLine command={`holdfast audit alerts explain ${id}`} />
      </section>
    </>
  );
}

function Check({ alertId }: { readonly alertId: string }) {
  const { client } = useApi();
  const check = useMutation({ mutationFn: () => client.audit.explainAlert({ alertId }) });
  return (
    <>
      <div>
        <Button size="small" disabled={check.isPending} onClick={() => check.mutate()}>
          {t('alerts.details.check')}
        </Button>
      </div>
      <ErrorNote error={check.error} />
      {check.data && <Verdict explained={check.data} />}
    </>
  );
}

function Verdict({ explained: { holds, counted, score, problems } }: { readonly explained: ExplainedAlert }) {
  const styles = useStyles();
  if (holds) {
    const text =
      score === null
        ? t('alerts.details.holds', { count: counted })
        : t('alerts.details.holdsAgain', { bits: score });
    return <StateBadge tone="good" text={text} />;
  }
  // what entries are missing of can be reckoned no more, which is not the same as false
  const cannot = problems.every(({ reason }) => reason === 'baseline-missing');
  return (
    <>
      <StateBadge
        tone={cannot ? 'warning' : 'bad'}
        text={t(cannot ? 'alerts.details.cannot' : 'alerts.details.fails')}
      />
      <ul className={styles.problems}>
        {problems.map(({ index, reason }) => (
          <li key={`${index} ${reason}`}>{problemText(index, reason)}</li>
        ))}
      </ul>
    </>
  );
}

function problemText(index: number | null, reason: ExplainedAlert['problems'][number]['reason']): string {
  if (reason === 'missing' || reason === 'changed')
    return t(`alerts.problems.${reason}`, { index: formatCount(index ?? 0) });
  return t(`alerts.problems.${reason}`);
}
