import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { BackupTimeline } from '../../../../shared/contract/backups/timeline.ts';
import { usePreferences } from '../../../app/preferences.tsx';
import { formatCount, formatMoment, formatTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { snapshotWords } from './words.ts';

const useStyles = makeStyles({
  root: { fontSize: tokens.fontSizeBase200 },
  tables: { display: 'flex', flexDirection: 'column', gap: '12px', overflowX: 'auto', alignItems: 'start' },
  table: { borderCollapse: 'collapse' },
  caption: { textAlign: 'start', fontWeight: tokens.fontWeightSemibold },
  cell: { padding: '2px 16px 2px 0', textAlign: 'start', verticalAlign: 'top' },
});

interface TimelineTablesProps {
  readonly timeline: BackupTimeline;
  readonly onChoose: (time: string) => void;
}

/** The same as the plot, to read. */
export function TimelineTables({ timeline, onChoose }: TimelineTablesProps) {
  const styles = useStyles();
  const { zone } = usePreferences().preferences;
  const moment = (time: string) => formatMoment(time, zone);
  const start = Date.parse(timeline.from);
  const busy = timeline.buckets
    .map(({ commits }, at) => ({
      commits,
      from: new Date(start + at * timeline.bucketMs).toISOString(),
      to: new Date(start + (at + 1) * timeline.bucketMs).toISOString(),
    }))
    .filter(({ commits }) => commits > 0);
  return (
    <details className={styles.root}>
      <summary>{t('timeline.tables')}</summary>
      <div className={styles.tables}>
        <Table
          caption={t('timeline.snapshots')}
          rows={timeline.snapshots.map((snapshot) => ({
            key: snapshot.id,
            cells: [
              formatTime(snapshot.time, zone),
              snapshotWords(snapshot, zone),
              <Button key="choose" size="small" onClick={() => onChoose(snapshot.commit.time)}>
                {t('timeline.choose')}
              </Button>,
            ],
          }))}
        />
        <Table
          caption={t('timeline.commits')}
          rows={busy.map(({ commits, from, to }) => ({
            key: from,
            cells: [moment(from), moment(to), formatCount(commits)],
          }))}
        />
        <Table
          caption={t('timeline.recorded')}
          rows={timeline.recorded.map(({ from, to }) => ({ key: from, cells: [moment(from), moment(to)] }))}
        />
        <Table
          caption={t('timeline.gaps')}
          rows={timeline.gaps.map(({ from, to, commits }) => ({
            key: from,
            cells: [
              moment(from),
              moment(to),
              commits === null ? t('timeline.unknownCommits') : formatCount(commits),
            ],
          }))}
        />
        <Table
          caption={t('timeline.restores')}
          rows={timeline.restores.map(({ restoreId, time }) => ({ key: restoreId, cells: [moment(time)] }))}
        />
      </div>
    </details>
  );
}

interface TableProps {
  readonly caption: string;
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

function Table({ caption, rows }: TableProps) {
  const styles = useStyles();
  if (rows.length === 0) return null;
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <tbody>
        {rows.map(({ key, cells: [first, ...rest] }) => (
          <tr key={key}>
            <th scope="row" className={styles.cell}>
              {first}
            </th>
            {rest.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <td key={at} className={styles.cell}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
