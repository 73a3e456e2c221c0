import type { Notice } from '../../../shared/contract/suite.ts';
import { t } from '../../i18n/translate.ts';
import type { Column } from '../../ui/data-list/column.ts';
import type { ExportColumn } from '../../ui/export-list.tsx';
import { noticeText } from '../../ui/notice-words.ts';
import { SeverityBadge } from '../../ui/severity-badge.tsx';
import { Time } from '../../ui/time.tsx';

/** `of`: the name of a tenant by its id. */
export function noticeColumns(of: (tenantId: string | null) => string): readonly Column<Notice>[] {
  return [
    {
      key: 'severity',
      header: t('inbox.columns.severity'),
      width: '120px',
      render: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      key: 'what',
      header: t('inbox.columns.what'),
      width: 'minmax(220px, 3fr)',
      render: (notice) => noticeText(notice),
    },
    {
      key: 'tenant',
      header: t('inbox.columns.tenant'),
      width: 'minmax(120px, 1fr)',
      render: ({ tenantId }) => of(tenantId),
    },
    {
      key: 'time',
      header: t('inbox.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
    {
      key: 'seen',
      header: t('inbox.columns.seen'),
      width: '170px',
      render: ({ acknowledgedAt }) => <Time value={acknowledgedAt} missing={t('common.notYet')} />,
    },
  ];
}

export const noticeExport: readonly ExportColumn<Notice>[] = [
  ['id', ({ id }) => id],
  ['time', ({ time }) => time],
  ['kind', ({ kind }) => kind],
  ['severity', ({ severity }) => severity],
  ['tenantId', ({ tenantId }) => tenantId],
  ['jobId', ({ jobId }) => jobId],
  ['jobKind', ({ jobKind }) => jobKind],
  ['errorCode', ({ error }) => error?.code ?? null],
  ['dueAt', ({ dueAt }) => dueAt],
  ['acknowledgedAt', ({ acknowledgedAt }) => acknowledgedAt],
  ['acknowledgedBy', ({ acknowledgedBy }) => acknowledgedBy],
];
