import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { OwnerTrend as Trend } from '../../../../shared/contract/backups/forecast.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatBytes, formatDuration, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import type { Owner } from '../owner.ts';
import { comparisonWords } from './words.ts';

const useStyles = makeStyles({
  plots: { display: 'flex', flexWrap: 'wrap', gap: '24px' },
  figure: { margin: 0, flexGrow: 1, flexBasis: '280px', fontSize: tokens.fontSizeBase200 },
  chart: { display: 'block', width: '100%', height: '56px' },
  full: { fill: tokens.colorNeutralForeground2 },
  incremental: { fill: tokens.colorBrandForeground1 },
  cell: { padding: '2px 16px 2px 0', textAlign: 'start' },
  tables: { fontSize: tokens.fontSizeBase200 },
});

const [pitch, height] = [10, 52];

/** What an owner's backups added and how long they took, and whether the newest one is unlike the others. */
export function OwnerTrend({ owner }: { readonly owner: Owner }) {
  const { query } = useApi();
  const found = useQuery(query.backups.getBackupForecast.queryOptions({ input: owner }));
  const trend = found.data?.owner ?? null;
  if (found.error) return <ErrorNote error={found.error} onRetry={() => void found.refetch()} />;
  if (trend === null || trend.backups.length === 0) return null;
  return <Shown trend={trend} />;
}

function Shown({ trend }: { readonly trend: Trend }) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const { backups, duration, size } = trend;
  const unusual = duration?.unusual === true || size?.unusual === true;
  return (
    <Panel
      title={t('forecast.trend')}
      actions={unusual && <StateBadge tone="warning" text={t('forecast.moreThanUsual')} />}
    >
      <div className={styles.plots}>
        <Bars
          title={t('forecast.added')}
          text={comparisonWords(size, formatBytes)}
          backups={backups}
          measure={({ bytes }) => bytes}
        />
        <Bars
          title={t('forecast.took')}
          text={comparisonWords(duration, formatDuration)}
          backups={backups}
          measure={({ durationMs }) => durationMs}
        />
      </div>
      <details className={styles.tables}>
        <summary>{t('forecast.table')}</summary>
        <table aria-label={t('forecast.trend')}>
          <tbody>
            {backups.toReversed().map(({ time, kind, bytes, durationMs }) => (
              <tr key={time}>
                <th scope="row" className={styles.cell}>
                  {formatTime(time, zone)}
                </th>
                <td className={styles.cell}>{t(`words.snapshotKind.${kind}`)}</td>
                <td className={styles.cell}>{formatBytes(bytes)}</td>
                <td className={styles.cell}>{formatDuration(durationMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Panel>
  );
}

interface BarsProps {
  readonly title: string;
  readonly text: string;
  readonly backups: Trend['backups'];
  readonly measure: (backup: Trend['backups'][number]) => number;
}

function Bars({ title, text, backups, measure }: BarsProps) {
  const styles = useStyles();
  const id = useId();
  const most = Math.max(1, ...backups.map(measure));
  // a handful of bars would else be as wide as the page
  const places = Math.max(20, backups.length);
  return (
    <figure className={styles.figure}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${places * pitch} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-labelledby={`${id}-title ${id}-text`}
      >
        <title id={`${id}-title`}>{title}</title>
        <desc id={`${id}-text`}>{text}</desc>
        {backups.map((backup, at) => {
          const tall = Math.max(1, Math.sqrt(measure(backup) / most) * height);
          return (
            <rect
              key={backup.time}
              className={styles[backup.kind]}
              x={at * pitch + 1}
              y={height - tall}
              width={pitch - 2}
              height={tall}
            />
          );
        })}
      </svg>
      <figcaption>
        <strong>{title}.</strong> {text}
      </figcaption>
    </figure>
  );
}
