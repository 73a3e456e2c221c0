import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { AuditTimeline } from '../../shared/contract/audit.ts';
import { severities } from '../../shared/severities.ts';
import { usePreferences } from '../app/preferences.tsx';
import { formatTime } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';
import { UntilSlider } from './until-slider.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '4px', flexShrink: 0 },
  chart: { display: 'flex', alignItems: 'flex-end', height: '56px', gap: '1px', width: '100%' },
  bar: {
    flexGrow: 1,
    flexBasis: 0,
    minWidth: 0,
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'flex-end',
  },
  later: { opacity: 0.35 },
  chosen: {
    padding: 0,
    border: 0,
    backgroundColor: 'transparent',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  info: { backgroundColor: tokens.colorBrandBackground },
  warning: { backgroundColor: tokens.colorStatusWarningBackground3 },
  critical: { backgroundColor: tokens.colorStatusDangerBackground3 },
  ends: {
    display: 'flex',
    justifyContent: 'space-between',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
  },
  table: { fontSize: tokens.fontSizeBase200 },
});

const height = 56;

interface TimelineChartProps {
  readonly timeline: AuditTimeline;
  /** Only what was until then is shown elsewhere. RFC 3339. */
  readonly until?: string | undefined;
  /** Another such time was chosen; without it the bars are only looked at. */
  readonly onChoose?: (until: string | undefined) => void;
  /** The time of one bar was chosen, its end excluded. RFC 3339. */
  readonly onNarrow?: (from: string, to: string) => void;
}

/** Entries over time as bars by severity, and the same numbers as a table. */
export function TimelineChart({ timeline, until, onChoose, onNarrow }: TimelineChartProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const { buckets, bucketMs, from, to } = timeline;
  const most = Math.max(1, ...buckets.map(({ info, warning, critical }) => info + warning + critical));
  if (from === null || to === null) return null;
  const text = (bucket: AuditTimeline['buckets'][number]) =>
    t('audit.timeline.bar', {
      from: formatTime(bucket.time, zone),
      info: bucket.info,
      warning: bucket.warning,
      critical: bucket.critical,
    });
  const narrow =
    onNarrow && ((time: string) => onNarrow(time, new Date(Date.parse(time) + bucketMs).toISOString()));
  return (
    <figure className={styles.root} style={{ margin: 0 }} aria-label={t('audit.timeline.title')}>
      <div className={styles.chart} title={t('audit.timeline.rooted')} aria-hidden>
        {buckets.map((bucket) => {
          const total = bucket.info + bucket.warning + bucket.critical;
          const full = Math.sqrt(total / most) * height;
          const later = until !== undefined && Date.parse(bucket.time) >= Date.parse(until);
          const parts = severities
            .toReversed()
            .map((severity) => (
              <span
                key={severity}
                className={styles[severity]}
                style={{ height: total === 0 ? 0 : (full * bucket[severity]) / total }}
              />
            ));
          const bar = {
            className: mergeClasses(styles.bar, later && styles.later, narrow && styles.chosen),
            title: text(bucket),
          };
          if (narrow === undefined) {
            return (
              <span key={bucket.time} {...bar}>
                {parts}
              </span>
            );
          }
          // for the mouse; the table has the same for keys and screen readers
          return (
            <button
              key={bucket.time}
              type="button"
              tabIndex={-1}
              onClick={() => narrow(bucket.time)}
              {...bar}
            >
              {parts}
            </button>
          );
        })}
      </div>
      {onChoose && <UntilSlider timeline={timeline} until={until} onChoose={onChoose} />}
      <div className={styles.ends}>
        <span>{formatTime(from, zone)}</span>
        <span>{formatTime(to, zone)}</span>
      </div>
      <details className={styles.table}>
        <summary>{t('audit.timeline.table')}</summary>
        <p>{t('audit.timeline.rooted')}</p>
        <table>
          <thead>
            <tr>
              <th>{t('audit.timeline.time')}</th>
              {severities.map((severity) => (
                <th key={severity}>{t(`words.severity.${severity}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {buckets
              .filter(({ info, warning, critical }) => info + warning + critical > 0)
              .map((bucket) => (
                <tr key={bucket.time}>
                  <td>
                    {narrow === undefined ? (
                      formatTime(bucket.time, zone)
                    ) : (
                      <Button
                        appearance="subtle"
                        size="small"
                        title={t('audit.timeline.narrow')}
                        onClick={() => narrow(bucket.time)}
                      >
                        {formatTime(bucket.time, zone)}
                      </Button>
                    )}
                  </td>
                  {severities.map((severity) => (
                    <td key={severity}>{bucket[severity]}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
