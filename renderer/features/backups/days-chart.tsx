import { makeStyles, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import type { Snapshot } from '../../../shared/contract/backups.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { formatBytes, formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { dayOf, perDay } from './days.ts';

const useStyles = makeStyles({
  figure: { margin: 0, flexShrink: 0, fontSize: tokens.fontSizeBase200 },
  chart: { display: 'block', width: '100%', height: '44px' },
  bar: { fill: tokens.colorBrandBackground },
  chosen: { fill: tokens.colorPaletteMarigoldForeground1 },
  none: { fill: tokens.colorNeutralStroke2 },
  ends: { display: 'flex', justifyContent: 'space-between', color: tokens.colorNeutralForeground3 },
  table: { borderCollapse: 'collapse' },
  cell: { padding: '2px 16px 2px 0', textAlign: 'start' },
});

const most = 90;
const height = 40;
const pitch = 10;
const widest = 24;

interface DaysChartProps {
  readonly snapshots: readonly Snapshot[];
  /** Time of the snapshot that was chosen; its day stands out. */
  readonly chosen?: string | undefined;
}

/** How much the snapshots that were loaded added, day by day, as bars and as a table. */
export function DaysChart({ snapshots, chosen }: DaysChartProps) {
  const styles = useStyles();
  const id = useId();
  const { zone } = usePreferences().preferences;
  const days = perDay(snapshots, zone, most);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const largest = Math.max(1, ...days.map(({ bytesAdded }) => bytesAdded));
  const chosenDay = chosen === undefined ? undefined : dayOf(chosen, zone);
  const bar = ({ day, snapshots: count, bytesAdded }: (typeof days)[number]) =>
    t('backups.days.bar', { day, count, bytes: formatBytes(bytesAdded) });
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        style={{ maxWidth: days.length * widest }}
        viewBox={`0 0 ${days.length * pitch} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
      >
        <title id={`${id}-title`}>{t('backups.days.title')}</title>
        <desc id={`${id}-text`}>
          {t('backups.days.text', {
            from: first.day,
            to: last.day,
            count: snapshots.length,
            bytes: formatBytes(snapshots.reduce((sum, { bytesAdded }) => sum + bytesAdded, 0)),
          })}
        </desc>
        {days.map((each, at) => {
          const full = each.snapshots === 0 ? 1 : Math.max(3, (each.bytesAdded / largest) * height);
          const look =
            each.snapshots === 0 ? styles.none : each.day === chosenDay ? styles.chosen : styles.bar;
          return (
            <rect
              key={each.day}
              className={look}
              x={at * pitch + 1}
              y={height - full}
              width={pitch - 2}
              height={full}
            >
              <title>{bar(each)}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className={styles.ends} style={{ maxWidth: Math.max(360, days.length * widest) }}>
        <span>{first.day}</span>
        <span>{t('backups.days.title')}</span>
        {last !== first && <span>{last.day}</span>}
      </figcaption>
      <details>
        <summary>{t('backups.days.table')}</summary>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.cell}>{t('backups.days.day')}</th>
              <th className={styles.cell}>{t('backups.days.snapshots')}</th>
              <th className={styles.cell}>{t('backups.days.added')}</th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter(({ snapshots: count }) => count > 0)
              .map(({ day, snapshots: count, bytesAdded }) => (
                <tr key={day}>
                  <td className={styles.cell}>{day}</td>
                  <td className={styles.cell}>{formatCount(count)}</td>
                  <td className={styles.cell}>{formatBytes(bytesAdded)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
