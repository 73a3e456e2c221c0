import { Body1, Caption1, makeStyles, mergeClasses, Subtitle2, tokens } from '@fluentui/react-components';
import type { Alert } from '../../shared/contract/audit/alerts.ts';
import type { AlertAnomaly, AnomalyContribution } from '../../shared/contract/audit/anomalies.ts';
import { usePreferences } from '../app/preferences.tsx';
import { formatCount, formatTime } from '../i18n/format.ts';
import { t } from '../i18n/translate.ts';
import { TextLink } from './text-link.tsx';
import { WeeksPlot } from './weeks-plot.tsx';

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '8px', overflowWrap: 'anywhere' },
  table: { width: '100%', borderCollapse: 'collapse' },
  head: {
    textAlign: 'start',
    fontWeight: 'inherit',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    padding: '0 12px 4px 0',
  },
  cell: {
    verticalAlign: 'top',
    textAlign: 'start',
    padding: '6px 12px 6px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  number: { textAlign: 'end', whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  why: { display: 'flex', flexDirection: 'column', gap: '4px' },
  quiet: { color: tokens.colorNeutralForeground3 },
});

interface AnomalyReasonsProps {
  readonly anomaly: AlertAnomaly;
  readonly entries: Alert['entries'];
}

/** What makes something unusual: each reason with its figures, the strongest first. */
export function AnomalyReasons({ anomaly, entries }: AnomalyReasonsProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const { score, needed, days, from, to, contributions } = anomaly;
  const eventOf = (index: number) => entries.find((entry) => entry.index === index)?.eventId;
  return (
    <section className={styles.section}>
      <Subtitle2 as="h3">{t('alerts.anomaly.title')}</Subtitle2>
      <Body1>{t('alerts.anomaly.whole', { score, needed })}</Body1>
      <table className={styles.table} aria-label={t('alerts.anomaly.title')}>
        <thead>
          <tr>
            {(['why', 'bits', 'entry'] as const).map((column) => (
              <th
                key={column}
                className={mergeClasses(styles.head, column !== 'why' && styles.number)}
                scope="col"
              >
                {t(`alerts.anomaly.columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {contributions
            .toSorted((a, b) => b.score - a.score)
            .map((each) => (
              <tr key={each.kind}>
                <td className={styles.cell}>
                  <div className={styles.why}>
                    <span>{t(`alerts.anomaly.kinds.${each.kind}`)}</span>
                    <Caption1 className={styles.quiet}>{whyText(each)}</Caption1>
                    {each.earlier.length > 0 && <WeeksPlot contribution={each} />}
                  </div>
                </td>
                <td className={mergeClasses(styles.cell, styles.number)}>{each.score}</td>
                <td className={mergeClasses(styles.cell, styles.number)}>
                  <TextLink href={`/audit?entry=${eventOf(each.entry)}`}>{formatCount(each.entry)}</TextLink>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      <Caption1 className={styles.quiet}>
        {t('alerts.anomaly.against', {
          days: formatCount(days),
          entries: formatCount(anomaly.entries),
          from: formatTime(from, zone),
          to: formatTime(to, zone),
        })}
      </Caption1>
    </section>
  );
}

function whyText({ kind, what, value, of, expected, spread }: AnomalyContribution): string {
  return t(`alerts.anomaly.why.${kind}`, {
    what: what ?? '',
    value: formatCount(value),
    of: formatCount(of ?? 0),
    expected: String(expected),
    spread: String(spread ?? 0),
  });
}
