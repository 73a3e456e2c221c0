import { makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { Blackout, ScheduledRun } from '../../../../shared/contract/backups/schedules.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  figure: { margin: 0, fontSize: tokens.fontSizeBase200, overflowX: 'auto' },
  chart: { display: 'block', maxWidth: '100%', height: 'auto' },
  ground: { fill: tokens.colorNeutralBackground4 },
  window: { fill: tokens.colorNeutralStroke1 },
  hatch: { stroke: tokens.colorNeutralForeground3, strokeWidth: 1 },
  run: { fill: tokens.colorBrandBackground },
  waited: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorBrandBackground, strokeWidth: 2 },
  text: { fill: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase100 },
  caption: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', color: tokens.colorNeutralForeground2 },
  key: { display: 'inline-flex', gap: '6px', alignItems: 'center' },
});

const [left, top, rowHeight, hourWidth] = [34, 16, 18, 18];
const width = left + 24 * hourWidth + 8;
const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const;
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const xOf = (minute: number) => left + (minute / 60) * hourWidth;
const yOf = (weekday: number) => top + (weekday - 1) * rowHeight;

/** Parts of days that a window takes, in minutes of the day. */
function partsOf({ weekdays: days, from, to }: Blackout) {
  const [begin, end] = [minutes(from), minutes(to)];
  return days.flatMap((day) =>
    end > begin
      ? [{ day, begin, end }]
      : [
          { day, begin, end: 24 * 60 },
          { day: (day % 7) + 1, begin: 0, end },
        ],
  );
}

function weekdayOf(date: string): number {
  return ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

interface WeekStripProps {
  readonly runs: readonly ScheduledRun[];
  readonly windows: readonly Blackout[];
  readonly timeZone: string;
}

/** When in the week runs begin, and when none does. The list beside it says the same in words. */
export function WeekStrip({ runs, windows, timeZone }: WeekStripProps) {
  const styles = useStyles();
  const id = useId();
  const hatch = `${id}-hatch`;
  const [first, last] = [runs[0], runs.at(-1)];
  const parts = windows.flatMap(partsOf);
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        width={width}
        height={top + 7 * rowHeight}
        viewBox={`0 0 ${width} ${top + 7 * rowHeight}`}
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
      >
        <title id={`${id}-title`}>{t('schedules.preview.strip')}</title>
        <desc id={`${id}-text`}>
          {t('schedules.preview.stripText', {
            count: runs.length,
            from: first?.shows ?? '–',
            to: last?.shows ?? '–',
            zone: timeZone,
            windows: windows.length,
          })}
        </desc>
        <defs>
          <pattern
            id={hatch}
            width={5}
            height={5}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <line className={styles.hatch} x1={0} y1={0} x2={0} y2={5} />
          </pattern>
        </defs>
        {[0, 6, 12, 18, 24].map((hour) => (
          <text key={hour} className={styles.text} x={xOf(hour * 60)} y={top - 5} textAnchor="middle">
            {String(hour).padStart(2, '0')}
          </text>
        ))}
        {weekdays.map((key) => (
          <g key={key}>
            <text className={styles.text} x={0} y={yOf(Number(key)) + 12}>
              {t(`schedules.days.${key}`)}
            </text>
            <rect
              className={styles.ground}
              x={left}
              y={yOf(Number(key)) + 2}
              width={24 * hourWidth}
              height={rowHeight - 4}
            />
          </g>
        ))}
        {parts.map(({ day, begin, end }) => (
          <rect
            key={`${day} ${begin} ${end}`}
            fill={`url(#${hatch})`}
            x={xOf(begin)}
            y={yOf(day) + 2}
            width={xOf(end) - xOf(begin)}
            height={rowHeight - 4}
          />
        ))}
        {runs.map((run) => (
          <circle
            key={run.time}
            className={run.waited === null ? styles.run : styles.waited}
            cx={xOf(minutes(run.shows.slice(11)))}
            cy={yOf(weekdayOf(run.shows.slice(0, 10))) + rowHeight / 2}
            r={4}
          />
        ))}
      </svg>
      <figcaption className={styles.caption}>
        <span className={styles.key}>
          <svg width={10} height={10} aria-hidden>
            <circle className={styles.run} cx={5} cy={5} r={4} />
          </svg>
          {t('schedules.preview.legend.run')}
        </span>
        <span className={styles.key}>
          <svg width={10} height={10} aria-hidden>
            <circle className={styles.waited} cx={5} cy={5} r={4} />
          </svg>
          {t('schedules.preview.legend.waited')}
        </span>
        <span className={styles.key}>
          <svg width={16} height={10} aria-hidden>
            <rect fill={`url(#${hatch})`} width={16} height={10} />
          </svg>
          {t('schedules.preview.legend.window')}
        </span>
      </figcaption>
    </figure>
  );
}
