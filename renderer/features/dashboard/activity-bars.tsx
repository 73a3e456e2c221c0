import { makeStyles, tokens } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import type { Day } from './days.ts';

const useStyles = makeStyles({
  plot: { width: '100%', height: '120px', display: 'block' },
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
  text: { fill: tokens.colorNeutralForeground3, fontSize: '11px' },
});

const width = 560;
const height = 120;
const plotHeight = 96;
const gap = 8;
const order = ['info', 'warning', 'critical'] as const;

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
    <svg className={styles.plot} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      {days.map((day, at) => (
        <g key={day.day}>
          <title>{t('dashboard.activity.bar', { ...day })}</title>
          <rect x={at * step} y={0} width={step} height={plotHeight} fill="transparent" />
          {stack(day, plotHeight / most).map(({ severity, y, tall }) => (
            <rect
              key={severity}
              className={styles[severity]}
              x={at * step + gap / 2}
              y={y}
              width={step - gap}
              height={tall}
            />
          ))}
        </g>
      ))}
      <line className={styles.base} x1={0} x2={width} y1={plotHeight} y2={plotHeight} />
      <text className={styles.text} x={0} y={height - 6}>
        {days[0]?.day}
      </text>
      <text className={styles.text} x={width} y={height - 6} textAnchor="end">
        {days.at(-1)?.day}
      </text>
    </svg>
  );
}

/** So tall at least is what is there at all. */
const least = 2;

function stack(day: Day, scale: number) {
  let top = plotHeight;
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
