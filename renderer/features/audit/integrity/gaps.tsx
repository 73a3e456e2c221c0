import { Body1, makeStyles } from '@fluentui/react-components';
import type { LogIntegrity } from '../../../../shared/contract/audit/integrity-facts.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatCount, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { Panel } from '../../../ui/panel.tsx';
import { TenantName } from '../../../ui/tenant-name.tsx';
import { Time } from '../../../ui/time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { EntryLinks } from './entry-links.tsx';

const useStyles = makeStyles({ name: { overflowWrap: 'normal' } });

type Gap = LogIntegrity['gaps'][number];

const gapColumns = ['what', 'from', 'to', 'entries'] as const;
const prunedColumns = ['log', 'range', 'time', 'file', 'entry'] as const;

/** Times of which the log says nothing, or is not sure what time it was. */
export function Gaps({ gaps, gapsSince }: Pick<LogIntegrity, 'gaps' | 'gapsSince'>) {
  const { zone } = usePreferences().preferences;
  return (
    <Panel title={t('integrity.gaps.title')}>
      <Body1>{t('integrity.gaps.text')}</Body1>
      {gapsSince !== null && (
        <Body1>{t('integrity.gaps.since', { time: formatTime(gapsSince, zone) })}</Body1>
      )}
      {gaps.length === 0 ? (
        <Body1>{t('integrity.gaps.none')}</Body1>
      ) : (
        <PlainTable
          label={t('integrity.gaps.title')}
          columns={gapColumns.map((column) => t(`integrity.gaps.columns.${column}`))}
          atOnce={10}
          rows={gaps.map((gap) => ({
            key: `${gap.kind} ${gap.from} ${gap.entries[0]?.eventId}`,
            cells: [
              gapText(gap),
              <Time key="from" value={gap.from} />,
              <Time key="to" value={gap.to} />,
              <EntryLinks key="entries" entries={gap.entries} />,
            ],
          }))}
        />
      )}
    </Panel>
  );
}

/** Ranges of logs that are archived and gone from here. */
export function Pruned({ pruned }: Pick<LogIntegrity, 'pruned'>) {
  const styles = useStyles();
  if (pruned.length === 0) return null;
  return (
    <Panel title={t('integrity.pruned.title')}>
      <PlainTable
        label={t('integrity.pruned.title')}
        columns={prunedColumns.map((column) => t(`integrity.pruned.columns.${column}`))}
        atOnce={10}
        rows={pruned.map(({ logId, tenantId, from, to, time, file, entry }) => ({
          key: `${logId} ${from}`,
          cells: [
            <div key="log" className={styles.name}>
              {tenantId === null ? t('common.installation') : <TenantName id={tenantId} />}
            </div>,
            t('integrity.pruned.range', { from: formatCount(from), to: formatCount(to) }),
            <Time key="time" value={time} />,
            file,
            <EntryLinks key="entry" entries={[entry]} />,
          ],
        }))}
      />
    </Panel>
  );
}

function gapText({ kind, byMs, from, to }: Gap): string {
  if (kind === 'clock-turned')
    return t(byMs !== null && byMs < 0 ? 'integrity.gaps.back' : 'integrity.gaps.forward', {
      time: span(Math.abs(byMs ?? 0)),
    });
  return t(`integrity.gaps.kind.${kind}`, { time: span(Date.parse(to) - Date.parse(from)) });
}

/** In the largest unit that leaves something before the point. */
function span(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
  ] as const;
  const [unit, of] = units.find(([, size]) => ms >= size) ?? (['seconds', 1000] as const);
  return t(`integrity.span.${unit}`, { count: Math.round((ms / of) * 10) / 10 });
}
