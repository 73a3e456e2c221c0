import { Badge } from '@fluentui/react-components';
import type { Snapshot } from '../../../shared/contract/backups.ts';
import { formatBytes, formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import type { Column } from '../../ui/data-list/column.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';

const time: Column<Snapshot> = {
  key: 'time',
  header: t('backups.history.columns.time'),
  width: '170px',
  render: (snapshot) => <Time value={snapshot.time} />,
};

const kind: Column<Snapshot> = {
  key: 'kind',
  header: t('backups.history.columns.kind'),
  width: 'minmax(112px, 1fr)',
  render: (snapshot) => (
    <>
      {t(`words.snapshotKind.${snapshot.kind}`)}{' '}
      {snapshot.safety && <Badge appearance="outline">{t('backups.history.safety')}</Badge>}
    </>
  ),
};

const added: Column<Snapshot> = {
  key: 'added',
  header: t('backups.history.columns.added'),
  width: '84px',
  align: 'end',
  render: ({ bytesAdded }) => formatBytes(bytesAdded),
};

const duration: Column<Snapshot> = {
  key: 'duration',
  header: t('backups.history.columns.duration'),
  width: '70px',
  align: 'end',
  render: ({ durationMs }) => formatDuration(durationMs),
};

const verified = (width: string, withTime: boolean): Column<Snapshot> => ({
  key: 'verified',
  header: t('backups.history.columns.verified'),
  width,
  render: (snapshot) =>
    snapshot.verified === null ? (
      t('common.notYet')
    ) : (
      <>
        <StateBadge tone="good" text={t('backups.history.level', { level: snapshot.verified.level })} />{' '}
        {withTime && <Time value={snapshot.verified.time} as="ago" />}
      </>
    ),
});

/** What one chooses a snapshot by. */
export const choiceColumns: readonly Column<Snapshot>[] = [time, kind, added, verified('116px', false)];

/** Everything that the history says of a snapshot; `name` says whose it is. */
export function historyColumns(name: (tenantId: string | null) => string): readonly Column<Snapshot>[] {
  const of: Column<Snapshot> = {
    key: 'of',
    header: t('backups.history.columns.of'),
    width: 'minmax(104px, 2fr)',
    render: ({ tenantId }) => name(tenantId),
  };
  return [time, of, kind, added, duration, verified('190px', true)];
}
