import { Body1, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { TargetForecast } from '../../../../shared/contract/backups/forecast.ts';
import { formatBytes, formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { inDays, perDay } from './words.ts';

const everyMs = 60_000;
const soonDays = 14;

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: {
    width: '100%',
    minWidth: '560px',
    borderCollapse: 'collapse',
    '& th, & td': { textAlign: 'start', padding: '6px 12px 6px 0', verticalAlign: 'top' },
  },
});

/** When each target is full, with what that comes from. */
export function TargetForecasts() {
  const styles = useStyles();
  const { query } = useApi();
  const found = useQuery(
    query.backups.getBackupForecast.queryOptions({ input: {}, refetchInterval: everyMs }),
  );
  const columns = ['target', 'disk', 'growth', 'full', 'from'] as const;
  return (
    <Panel title={t('forecast.title')}>
      <Body1>{t('forecast.text')}</Body1>
      <ErrorNote error={found.error} onRetry={() => void found.refetch()} />
      <div className={styles.scroll}>
        <table className={styles.table} aria-label={t('forecast.title')}>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name}>{t(`forecast.columns.${name}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.data?.targets.map((target) => (
              <Row key={target.targetId ?? 'first'} target={target} />
            ))}
          </tbody>
        </table>
      </div>
      <CommandLine command="holdfast backup forecast" />
    </Panel>
  );
}

function Row({ target: { targetId, name, disk, days, forecast } }: { readonly target: TargetForecast }) {
  return (
    <tr>
      <td>
        <strong>{targetId === null ? t('targets.first') : name}</strong>
      </td>
      <td>
        {disk === null
          ? t('forecast.away')
          : t('forecast.disk', { free: formatBytes(disk.freeBytes), used: formatBytes(disk.usedBytes) })}
      </td>
      <td>{forecast === null ? t('forecast.tooShort') : perDay(forecast.bytesPerDay)}</td>
      <td>{forecast !== null && <Full forecast={forecast} />}</td>
      <td>{t('forecast.days', { count: days })}</td>
    </tr>
  );
}

function Full({ forecast }: { readonly forecast: NonNullable<TargetForecast['forecast']> }) {
  const { fullInDays, fullOn } = forecast;
  if (fullInDays === null) return <StateBadge tone="good" text={t('forecast.never')} />;
  const text = t('forecast.in', { days: formatCount(Math.floor(fullInDays)) });
  return (
    <>
      <StateBadge tone={fullInDays <= soonDays ? 'warning' : 'good'} text={text} />{' '}
      {fullOn !== null && <Time value={fullOn} />}
      <br />
      {inDays(forecast)}
    </>
  );
}
