import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { BackupTimeline } from '../../../../shared/contract/backups/timeline.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatMoment, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { shareOf, type View } from './view.ts';
import { snapshotWords } from './words.ts';

const useStyles = makeStyles({
  plot: {
    position: 'relative',
    height: '112px',
    cursor: 'crosshair',
    overflow: 'hidden',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  chart: { position: 'absolute', inset: 0, width: '100%', height: '100%' },
  bar: { fill: tokens.colorBrandForeground1 },
  recorded: { fill: tokens.colorStatusSuccessBackground3 },
  gap: { fill: tokens.colorStatusDangerBackground3 },
  mark: {
    position: 'absolute',
    top: '84px',
    width: '10px',
    height: '10px',
    marginLeft: '-5px',
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralForeground1,
    border: `1px solid ${tokens.colorNeutralBackground1}`,
  },
  incremental: { borderRadius: '50%' },
  safety: { transform: 'rotate(45deg)' },
  held: { outline: `2px solid ${tokens.colorPaletteMarigoldForeground1}` },
  restore: {
    position: 'absolute',
    top: 0,
    bottom: 0,
    borderLeft: `2px dashed ${tokens.colorPaletteMarigoldForeground1}`,
  },
  chosen: {
    position: 'absolute',
    top: 0,
    bottom: 0,
    width: '2px',
    marginLeft: '-1px',
    backgroundColor: tokens.colorNeutralForeground1,
  },
  ends: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '8px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
  },
});

const [width, height] = [1000, 112];
const [barsTop, barsBottom, bandTop, bandBottom] = [6, 76, 100, 108];

interface PlotProps {
  readonly timeline: BackupTimeline;
  readonly view: View;
  /** Epoch milliseconds. */
  readonly at: number | undefined;
  /** What the chosen moment stands for, in words. */
  readonly meaning: string;
  readonly onChoose: (at: number) => void;
  readonly onKey: (event: KeyboardEvent<HTMLElement>) => void;
}

/** Commits over time as bars, snapshots as marks, what can be had as a band; a slider to choose a moment with. */
export function Plot({ timeline, view, at, meaning, onChoose, onKey }: PlotProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const { buckets, bucketMs, recorded, gaps, snapshots, restores } = timeline;
  const start = Date.parse(timeline.from);
  const most = Math.max(1, ...buckets.map(({ commits }) => commits));
  const x = (time: number) => shareOf(view, time) * width;
  const left = (time: string) => `${shareOf(view, Date.parse(time)) * 100}%`;
  const band = ({ from, to }: { readonly from: string; readonly to: string }) => {
    const [begin, end] = [Math.max(-10, x(Date.parse(from))), Math.min(width + 10, x(Date.parse(to)))];
    return { x: begin, width: Math.max(1, end - begin), y: bandTop, height: bandBottom - bandTop };
  };
  const choose = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    onChoose(Math.round(view.from + share * (view.to - view.from)));
  };
  return (
    <>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={t('timeline.slider')}
        aria-valuemin={view.from}
        aria-valuemax={view.to}
        aria-valuenow={at ?? view.to}
        aria-valuetext={meaning}
        onClick={choose}
        onKeyDown={onKey}
      >
        <svg
          className={styles.chart}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden
        >
          {buckets.map(({ commits }, index) => {
            if (commits === 0) return null;
            const from = start + index * bucketMs;
            const tall = Math.max(2, Math.sqrt(commits / most) * (barsBottom - barsTop));
            return (
              <rect
                key={from}
                className={styles.bar}
                x={x(from)}
                y={barsBottom - tall}
                width={Math.max(1, x(from + bucketMs) - x(from) - 1)}
                height={tall}
              />
            );
          })}
          {recorded.map((stretch) => (
            <rect key={stretch.from} className={styles.recorded} {...band(stretch)} />
          ))}
          {gaps.map((gap) => (
            <rect key={gap.from} className={styles.gap} {...band(gap)} />
          ))}
        </svg>
        {restores.map(({ restoreId, time }) => (
          <span
            key={restoreId}
            className={styles.restore}
            style={{ left: left(time) }}
            title={t('timeline.restoredAt', { time: formatTime(time, zone) })}
          />
        ))}
        {snapshots.map((snapshot) => (
          <span
            key={snapshot.id}
            className={mergeClasses(
              styles.mark,
              snapshot.kind === 'incremental' && styles.incremental,
              snapshot.safety && styles.safety,
              snapshot.held && styles.held,
            )}
            style={{ left: left(snapshot.time) }}
            title={`${formatTime(snapshot.time, zone)}: ${snapshotWords(snapshot, zone)}`}
          />
        ))}
        {at !== undefined && (
          <span className={styles.chosen} style={{ left: `${shareOf(view, at) * 100}%` }} />
        )}
      </div>
      <div className={styles.ends}>
        <span>{formatMoment(new Date(view.from).toISOString(), zone)}</span>
        <span>{formatMoment(new Date((view.from + view.to) / 2).toISOString(), zone)}</span>
        <span>{formatMoment(new Date(view.to).toISOString(), zone)}</span>
      </div>
    </>
  );
}
