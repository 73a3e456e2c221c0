import { makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { AnomalyContribution } from '../../shared/contract/audit/anomalies.ts';
import { t } from '../i18n/translate.ts';

const useStyles = makeStyles({
  figure: { margin: 0, maxWidth: '220px', fontSize: tokens.fontSizeBase100 },
  chart: { display: 'block', width: '100%', height: '44px' },
  before: { fill: tokens.colorNeutralForeground4 },
  now: { fill: tokens.colorPaletteMarigoldForeground1 },
  usual: { stroke: tokens.colorNeutralForeground1, strokeWidth: 1, strokeDasharray: '3 2' },
  ends: { display: 'flex', justifyContent: 'space-between', color: tokens.colorNeutralForeground3 },
});

const height = 40;
const pitch = 20;
const least = 1.5;

/** The value of now beside those of the weeks before, and what is usual as a line. */
export function WeeksPlot({ contribution }: { readonly contribution: AnomalyContribution }) {
  const styles = useStyles();
  const id = useId();
  const { kind, value, expected, earlier } = contribution;
  // of an action that is rare the weeks are told, and of the hours that of now as well
  const now = kind === 'rare-action' ? undefined : value;
  const usual = kind === 'volume' ? expected : undefined;
  const bars = now === undefined ? earlier : [...earlier, now];
  const most = Math.max(1, usual ?? 0, ...bars);
  const tall = (count: number) => Math.max(least, (count / most) * height);
  const before = earlier.join(', ');
  const text =
    now === undefined
      ? t('alerts.anomaly.plot.weeksText', { earlier: before })
      : t('alerts.anomaly.plot.text', { earlier: before, now, usual: usual ?? t('common.none') });
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${bars.length * pitch} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
      >
        <title id={`${id}-title`}>{t('alerts.anomaly.plot.title')}</title>
        <desc id={`${id}-text`}>{text}</desc>
        {bars.map((count, at) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a week has no other name, and none moves
            key={at}
            className={at < earlier.length ? styles.before : styles.now}
            x={at * pitch + 2}
            width={pitch - 4}
            y={height - tall(count)}
            height={tall(count)}
          />
        ))}
        {usual !== undefined && (
          <line
            className={styles.usual}
            x1={0}
            x2={bars.length * pitch}
            y1={height - (usual / most) * height}
            y2={height - (usual / most) * height}
          />
        )}
      </svg>
      <div className={styles.ends}>
        <span>{t('alerts.anomaly.plot.before', { weeks: earlier.length })}</span>
        {now !== undefined && <span>{t('alerts.anomaly.plot.now')}</span>}
      </div>
    </figure>
  );
}
