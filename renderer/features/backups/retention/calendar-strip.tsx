import { makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { RetentionSimulation } from '../../../../shared/contract/backups/retention.ts';
import { t } from '../../../i18n/translate.ts';
import { type CalendarDay, calendarOf } from './calendar-days.ts';

const useStyles = makeStyles({
  figure: { margin: 0, fontSize: tokens.fontSizeBase200, overflowX: 'auto' },
  chart: { display: 'block' },
  ground: { fill: tokens.colorNeutralBackground4 },
  stay: { fill: tokens.colorBrandBackground },
  some: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorBrandBackground, strokeWidth: 2 },
  half: { fill: tokens.colorBrandBackground },
  go: {
    fill: tokens.colorNeutralBackground1,
    stroke: tokens.colorPaletteRedForeground1,
    strokeWidth: 1.5,
    strokeDasharray: '3 2',
  },
  month: { fill: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase100 },
  caption: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', color: tokens.colorNeutralForeground2 },
  key: { display: 'inline-flex', gap: '6px', alignItems: 'center' },
});

const pitch = 15;
const side = 11;
/** For the names of months. */
const top = 16;

/** A day by shape: full where all stays, half where some goes, an empty dashed frame where all goes. */
function Mark({ fate, x, y }: { readonly fate: Fate; readonly x: number; readonly y: number }) {
  const styles = useStyles();
  const box = { x: x + 1, y: y + 1, width: side, height: side, rx: 2 };
  if (fate === 'stay') return <rect className={styles.stay} {...box} />;
  if (fate === 'go') return <rect className={styles.go} {...box} />;
  return (
    <>
      <rect className={styles.some} {...box} />
      <path
        className={styles.half}
        d={`M${x + 1} ${y + 1 + side}V${y + 1}L${x + 1 + side} ${y + 1 + side}Z`}
      />
    </>
  );
}

type Fate = 'stay' | 'some' | 'go';
const fateOf = ({ stay, go }: CalendarDay): Fate => (go === 0 ? 'stay' : stay === 0 ? 'go' : 'some');

/** What a policy leaves, day by day: a column a week, Monday on top. The list under it says the same in words. */
export function CalendarStrip({ simulation }: { readonly simulation: RetentionSimulation }) {
  const styles = useStyles();
  const id = useId();
  const { days, columns, months, older } = calendarOf(simulation.snapshots, simulation.timeZone);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [width, height] = [Math.max(columns * pitch, 4 * pitch), top + 7 * pitch];
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        width={width}
        height={height}
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
      >
        <title id={`${id}-title`}>{t('retention.calendar.title')}</title>
        <desc id={`${id}-text`}>
          {t('retention.calendar.text', {
            stay: simulation.kept.snapshots,
            go: simulation.removed.snapshots,
            days: days.length,
            from: first.day,
            to: last.day,
          })}
        </desc>
        {months.map(({ column, month }) => (
          <text key={month} className={styles.month} x={column * pitch + 1} y={top - 5}>
            {month}
          </text>
        ))}
        {Array.from({ length: columns * 7 }, (_, at) => {
          const [column, row] = [Math.floor(at / 7), at % 7];
          return (
            <rect
              key={`${column}-${row}`}
              className={styles.ground}
              x={column * pitch + 5}
              y={top + row * pitch + 5}
              width={3}
              height={3}
            />
          );
        })}
        {days.map((each) => (
          <g key={each.day}>
            <title>{t('retention.calendar.day', { day: each.day, stay: each.stay, go: each.go })}</title>
            <Mark fate={fateOf(each)} x={each.column * pitch} y={top + each.row * pitch} />
          </g>
        ))}
      </svg>
      <figcaption className={styles.caption}>
        <span>{first === last ? first.day : `${first.day} – ${last.day}`}</span>
        {(['stay', 'some', 'go'] as const).map((fate) => (
          <span key={fate} className={styles.key}>
            <svg width={side + 2} height={side + 2} aria-hidden>
              <Mark fate={fate} x={0} y={0} />
            </svg>
            {t(`retention.calendar.legend.${fate}`)}
          </span>
        ))}
        {older > 0 && <span>{t('retention.calendar.older', { count: older })}</span>}
      </figcaption>
    </figure>
  );
}
