import type { Drill } from '../../../../shared/contract/backups/drills.ts';
import { formatBytes, formatCount, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import type { Column } from '../../../ui/data-list/column.ts';
import type { ExportColumn } from '../../../ui/export-list.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Tone } from '../../../ui/tone.ts';

const tones = {
  running: 'info',
  proven: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warning',
} as const satisfies Record<Drill['outcome'], Tone>;

/** How a drill ended, by shape, word and colour. */
export function OutcomeBadge({ outcome }: Pick<Drill, 'outcome'>) {
  return <StateBadge tone={tones[outcome]} text={t(`drills.outcome.${outcome}`)} />;
}

/** What the history says of a drill; `name` says whose it was. */
export function drillColumns(name: (tenantId: string | null) => string): readonly Column<Drill>[] {
  const orNone = <Value,>(value: Value | null, show: (value: Value) => string) =>
    value === null ? '' : show(value);
  return [
    {
      key: 'started',
      header: t('drills.columns.started'),
      width: '170px',
      render: ({ startedAt }) => <Time value={startedAt} />,
    },
    {
      key: 'of',
      header: t('drills.columns.of'),
      width: 'minmax(110px, 2fr)',
      render: ({ tenantId }) => name(tenantId),
    },
    {
      key: 'outcome',
      header: t('drills.columns.outcome'),
      width: '112px',
      render: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
    },
    {
      key: 'took',
      header: t('drills.columns.took'),
      width: '90px',
      align: 'end',
      render: ({ durationMs }) => orNone(durationMs, formatDuration),
    },
    {
      key: 'rows',
      header: t('drills.columns.rows'),
      width: '90px',
      align: 'end',
      render: ({ rows }) => orNone(rows, formatCount),
    },
    {
      key: 'bytes',
      header: t('drills.columns.bytes'),
      width: '84px',
      align: 'end',
      render: ({ bytes }) => orNone(bytes, formatBytes),
    },
    {
      key: 'snapshot',
      header: t('drills.columns.snapshot'),
      width: 'minmax(104px, 1fr)',
      render: ({ snapshotId }) => <code>{snapshotId.slice(0, 12)}</code>,
    },
  ];
}

export const drillExport: readonly ExportColumn<Drill>[] = [
  ['id', ({ id }) => id],
  ['tenantId', ({ tenantId }) => tenantId],
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['outcome', ({ outcome }) => outcome],
  ['errorCode', ({ error }) => error?.code ?? null],
  ['durationMs', ({ durationMs }) => durationMs],
  ['level', ({ level }) => level],
  ['rows', ({ rows }) => rows],
  ['files', ({ files }) => files],
  ['bytes', ({ bytes }) => bytes],
  ['snapshotId', ({ snapshotId }) => snapshotId],
  ['snapshotTime', ({ snapshotTime }) => snapshotTime],
  ['scheduled', ({ scheduled }) => scheduled],
  ['jobId', ({ jobId }) => jobId],
];
