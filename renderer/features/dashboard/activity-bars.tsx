import { makeStyles, tokens } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import type { Day } from './days.ts';

const useStyles = makeStyles({
  plot: { width: '100%', height: '96px', display: 'block' },
  info: { fill: tokens.colorBrandBackground2Pressed, '@media (forced-colors: active)': { fill: 'GrayText' } },
  warning: {
    fill: tokens.colorStatusWarningBackground3,
    '@media (forced-colors: active)': { fill: 'CanvasText' },
  },
  critical: {
    fill: tokens.colorStatusDangerBackground3,
    '@media (forced-colors: active)': { fill: 'Highlight' },
  },
  base: { stroke: tokens.colorNeutralStroke1, strokeWidth: '1px', vectorEffect: 'non-scaling-stroke' },
  axis: {
    display: 'flex',
    justifyContent: 'space-between',
    gap: '8px',
    marginTop: '4px',
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
  },
});

const width = 100;
const height = 100;
const order = ['info', 'warning', 'critical'] as const;
/** Of a day's width, between two bars. */
const gap = 0.25;

interface ActivityBarsProps {
  readonly days: readonly Day[];
  readonly label: string;
}

/** A stacked bar for each day: info below, critical on top. */
export function ActivityBars({ days, label }: ActivityBarsProps) {
  const styles = useStyles();
  const most = Math.max(1, ...days.map((day) => day.info + day.warning + day.critical));
  const step = width / Math.max(1, days.length);
  return (
    <div>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <title>{label}</title>
        {days.map((day, at) => (
          <g key={day.day}>
            <title>{t('dashboard.activity.bar', { ...day })}</title>
            <rect x={at * step} y={0} width={step} height={height} fill="transparent" />
            {stack(day, height / most).map(({ severity, y, tall }) => (
              <rect
                key={severity}
                className={styles[severity]}
                x={(at + gap / 2) * step}
                y={y}
                width={step * (1 - gap)}
                height={tall}
              />
            ))}
          </g>
        ))}
        <line className={styles.base} x1={0} x2={width} y1={height} y2={height} />
      </svg>
      <div className={styles.axis} aria-hidden>
        <span>{days[0]?.day}</span>
        <span>{t('dashboard.activity.most', { count: most })}</span>
        <span>{days.at(-1)?.day}</span>
      </div>
    </div>
  );
}

/** In hundredths of the height: so tall at least is what is there at all. */
const least = 1.5;

function stack(day: Day, scale: number) {
  let top = height;
  return order.flatMap((severity) => {
    if (day[severity] === 0) return [];
    const tall = Math.max(least, day[severity] * scale);
    top -= tall;
    return [{ severity, y: Math.max(0, top), tall }];
  });
}

/** The colour of a severity, for a legend that names it. */
export function SeverityMark({ severity }: { readonly severity: (typeof order)[number] }) {
  const styles = useStyles();
  return (
    <svg width={12} height={12} aria-hidden="true">
      <rect width={12} height={12} className={styles[severity]} />
    </svg>
  );
}
