import { Caption1, makeStyles } from '@fluentui/react-components';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useNow } from '../../ui/time.tsx';
import { ActivityBars, SeverityMark } from './activity-bars.tsx';
import { type Day, firstDay, lastDays } from './days.ts';

const days = 14;
const everyMs = 60_000;
const severities = ['info', 'warning', 'critical'] as const;

const useStyles = makeStyles({
  legend: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px' },
  mark: { display: 'inline-flex', alignItems: 'center', gap: '6px' },
  hidden: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
});

/** How much was logged on each of the last 14 days, as a plot and, for screen readers, as a table. */
export function ActivityPanel() {
  const styles = useStyles();
  const { query } = useApi();
  const now = useNow();
  const { data, error, refetch } = useQuery(
    query.audit.getAuditTimeline.queryOptions({
      input: { from: new Date(firstDay(now, days)).toISOString(), buckets: days },
      refetchInterval: everyMs,
      placeholderData: keepPreviousData,
    }),
  );
  const counted = lastDays(data?.buckets ?? [], now, days);
  const total = (severity: (typeof severities)[number]) =>
    counted.reduce((sum, day) => sum + day[severity], 0);
  const all = severities.reduce((sum, severity) => sum + total(severity), 0);
  return (
    <Panel title={t('dashboard.activity.title')}>
      <ErrorNote error={error} onRetry={() => void refetch()} />
      {data && (
        <>
          <ActivityBars days={counted} label={t('dashboard.activity.summary', { count: all })} />
          <div className={styles.legend} aria-hidden>
            {severities.map((severity) => (
              <Caption1 key={severity} className={styles.mark}>
                <SeverityMark severity={severity} />
                {t('dashboard.activity.legend', {
                  severity: t(`words.severity.${severity}`),
                  count: total(severity),
                })}
              </Caption1>
            ))}
          </div>
          <div className={styles.hidden}>
            <AsTable days={counted} />
          </div>
        </>
      )}
    </Panel>
  );
}

function AsTable({ days: rows }: { readonly days: readonly Day[] }) {
  return (
    <table>
      <caption>{t('dashboard.activity.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('dashboard.activity.day')}</th>
          {severities.map((severity) => (
            <th key={severity} scope="col">
              {t(`words.severity.${severity}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.day}>
            <th scope="row">{row.day}</th>
            {severities.map((severity) => (
              <td key={severity}>{row[severity]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
