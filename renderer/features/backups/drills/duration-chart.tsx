import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { Drill } from '../../../../shared/contract/backups/drills.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatBytes, formatDuration, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { pointsOf } from './duration-points.ts';

const useStyles = makeStyles({
  figure: { margin: 0, flexShrink: 0, fontSize: tokens.fontSizeBase200, maxWidth: '720px' },
  plot: { position: 'relative', display: 'block', height: '64px' },
  chart: { display: 'block', width: '100%', height: '64px', overflow: 'visible' },
  line: {
    fill: 'none',
    stroke: tokens.colorBrandBackground,
    strokeWidth: '1.5px',
    vectorEffect: 'non-scaling-stroke',
  },
  ground: { stroke: tokens.colorNeutralStroke2, vectorEffect: 'non-scaling-stroke' },
  point: {
    position: 'absolute',
    width: '8px',
    height: '8px',
    margin: '-4px',
    borderRadius: '50%',
    backgroundColor: tokens.colorBrandBackground,
  },
  chosen: { outline: `3px solid ${tokens.colorPaletteMarigoldForeground1}` },
  ends: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '8px',
    color: tokens.colorNeutralForeground3,
  },
  table: { borderCollapse: 'collapse' },
  cell: { padding: '2px 16px 2px 0', textAlign: 'start' },
});

const [width, height] = [100, 64];
const inset = 5;

interface DurationChartProps {
  readonly drills: readonly Drill[];
  /** The drill that stands out. */
  readonly chosen: string | undefined;
}

/** How long restores took, over time, as a line and as a table; nothing for fewer than two that were proven. */
export function DurationChart({ drills, chosen }: DurationChartProps) {
  const styles = useStyles();
  const id = useId();
  const { zone } = usePreferences().preferences;
  const points = pointsOf(drills);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const durations = points.map(({ durationMs }) => durationMs);
  // a line from one owner's time to another's would say nothing
  const ofOne = new Set(drills.map(({ tenantId }) => tenantId)).size === 1;
  const y = (share: number) => height - inset - share * (height - 2 * inset);
  const time = (startedAt: string) => formatTime(startedAt, zone);
  return (
    <figure className={styles.figure}>
      <div className={styles.plot}>
        <svg
          className={styles.chart}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-labelledby={`${id}-title ${id}-text`}
        >
          <title id={`${id}-title`}>{t('drills.chart.title')}</title>
          <desc id={`${id}-text`}>
            {t('drills.chart.text', {
              count: points.length,
              from: time(first.startedAt),
              to: time(last.startedAt),
              least: formatDuration(Math.min(...durations)),
              most: formatDuration(Math.max(...durations)),
            })}
          </desc>
          <line className={styles.ground} x1={0} x2={width} y1={y(0)} y2={y(0)} />
          {ofOne && (
            <polyline
              className={styles.line}
              points={points.map((point) => `${point.x * width},${y(point.y)}`).join(' ')}
            />
          )}
        </svg>
        {points.map((point) => (
          <span
            key={point.id}
            className={mergeClasses(styles.point, point.id === chosen && styles.chosen)}
            style={{ left: `${point.x * 100}%`, top: y(point.y) }}
            title={t('drills.chart.point', {
              time: time(point.startedAt),
              took: formatDuration(point.durationMs),
              bytes: formatBytes(point.bytes),
            })}
            aria-hidden
          />
        ))}
      </div>
      <figcaption className={styles.ends}>
        <span>{time(first.startedAt)}</span>
        <span>{t('drills.chart.title')}</span>
        <span>{time(last.startedAt)}</span>
      </figcaption>
      <details>
        <summary>{t('drills.chart.table')}</summary>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.cell}>{t('drills.columns.started')}</th>
              <th className={styles.cell}>{t('drills.columns.took')}</th>
              <th className={styles.cell}>{t('drills.columns.bytes')}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.id}>
                <td className={styles.cell}>{time(point.startedAt)}</td>
                <td className={styles.cell}>{formatDuration(point.durationMs)}</td>
                <td className={styles.cell}>{formatBytes(point.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
