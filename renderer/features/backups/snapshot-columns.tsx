import { Badge } from '@fluentui/react-components';
import type { Snapshot } from '../../../shared/contract/backups.ts';
import { formatBytes, formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import type { Column } from '../../ui/data-list/column.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';

/** What lists of snapshots show of each; `name` says whose it is, where that is not the same for all. */
export function snapshotColumns(name?: (tenantId: string | null) => string): readonly Column<Snapshot>[] {
  const of: Column<Snapshot>[] =
    name === undefined
      ? []
      : [
          {
            key: 'of',
            header: t('backups.history.columns.of'),
            width: 'minmax(140px, 2fr)',
            render: ({ tenantId }) => name(tenantId),
          },
        ];
  return [
    {
      key: 'time',
      header: t('backups.history.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
    ...of,
    {
      key: 'kind',
      header: t('backups.history.columns.kind'),
      width: 'minmax(120px, 1fr)',
      render: ({ kind, safety }) => (
        <>
          {t(`words.snapshotKind.${kind}`)}{' '}
          {safety && <Badge appearance="outline">{t('backups.history.safety')}</Badge>}
        </>
      ),
    },
    {
      key: 'added',
      header: t('backups.history.columns.added'),
      width: '90px',
      align: 'end',
      render: ({ bytesAdded }) => formatBytes(bytesAdded),
    },
    {
      key: 'duration',
      header: t('backups.history.columns.duration'),
      width: '80px',
      align: 'end',
      render: ({ durationMs }) => formatDuration(durationMs),
    },
    {
      key: 'verified',
      header: t('backups.history.columns.verified'),
      width: '200px',
      render: ({ verified }) =>
        verified === null ? (
          t('common.notYet')
        ) : (
          <>
            <StateBadge tone="good" text={t('backups.history.level', { level: verified.level })} />{' '}
            <Time value={verified.time} as="ago" />
          </>
        ),
    },
  ];
}
