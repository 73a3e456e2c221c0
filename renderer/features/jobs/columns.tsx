import type { Job } from '../../../shared/contract/suite.ts';
import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import type { Column } from '../../ui/data-list/column.ts';
import type { ExportColumn } from '../../ui/export-list.tsx';
import { jobKindText, jobTones } from '../../ui/job-words.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Time } from '../../ui/time.tsx';

interface Names {
  tenant(id: string): string;
  operator(id: string): string;
}

/** `names`: what ids are shown as. */
export function jobColumns(names: Names): readonly Column<Job>[] {
  return [
    {
      key: 'kind',
      header: t('jobs.list.columns.kind'),
      width: 'minmax(130px, 2fr)',
      render: ({ kind }) => jobKindText(kind),
    },
    {
      key: 'tenant',
      header: t('jobs.list.columns.tenant'),
      width: 'minmax(90px, 2fr)',
      render: ({ tenantId }) => (tenantId === null ? '–' : names.tenant(tenantId)),
    },
    {
      key: 'state',
      header: t('jobs.list.columns.state'),
      width: '120px',
      render: ({ state }) => <StateBadge tone={jobTones[state]} text={t(`words.jobState.${state}`)} />,
    },
    {
      key: 'progress',
      header: t('jobs.list.columns.progress'),
      width: 'minmax(70px, 2fr)',
      render: (job) => (job.endedAt === null ? progress(job) : ''),
    },
    {
      key: 'by',
      header: t('jobs.list.columns.by'),
      width: 'minmax(80px, 1fr)',
      render: ({ requestedBy }) =>
        requestedBy === null ? t('jobs.details.bySchedule') : names.operator(requestedBy),
    },
    {
      key: 'started',
      header: t('jobs.list.columns.started'),
      width: '170px',
      render: ({ createdAt, startedAt }) => <Time value={startedAt ?? createdAt} />,
    },
    {
      key: 'duration',
      header: t('jobs.list.columns.duration'),
      width: '80px',
      align: 'end',
      render: (job) => durationText(job) ?? '',
    },
  ];
}

export const jobExport: readonly ExportColumn<Job>[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['tenantId', ({ tenantId }) => tenantId],
  ['state', ({ state }) => state],
  ['requestedBy', ({ requestedBy }) => requestedBy],
  ['createdAt', ({ createdAt }) => createdAt],
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['errorCode', ({ error }) => error?.code ?? null],
];

/** How long a job took; undefined while it runs. */
export function durationText({ startedAt, endedAt }: Pick<Job, 'startedAt' | 'endedAt'>): string | undefined {
  if (startedAt === null || endedAt === null) return undefined;
  return formatDuration(Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)));
}

function progress({ phase, done, total }: Job): string {
  if (total === null || total === 0) return phase;
  return t('jobs.list.percent', { phase, percent: Math.min(100, Math.floor((done / total) * 100)) });
}
