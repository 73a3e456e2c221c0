import type { Breach } from '../../../../shared/contract/audit/breaches.ts';
import { t } from '../../../i18n/translate.ts';
import type { Column } from '../../../ui/data-list/column.ts';
import type { ExportColumn } from '../../../ui/export-list.tsx';
import { Time } from '../../../ui/time.tsx';
import { TimeLeft } from './time-left.tsx';

/** `of`: the name of a tenant by its id. */
export function breachColumns(of: (tenantId: string) => string): readonly Column<Breach>[] {
  return [
    {
      key: 'title',
      header: t('breaches.columns.title'),
      width: 'minmax(160px, 2fr)',
      render: ({ title }) => title,
    },
    {
      key: 'left',
      header: t('breaches.columns.left'),
      width: 'minmax(240px, 2fr)',
      render: (breach) => <TimeLeft breach={breach} />,
    },
    {
      key: 'risk',
      header: t('breaches.columns.risk'),
      width: '120px',
      render: ({ risk }) => (risk === null ? t('breaches.notJudged') : t(`breaches.shortRisks.${risk}`)),
    },
    {
      key: 'aware',
      header: t('breaches.columns.aware'),
      width: '170px',
      render: ({ awareAt }) => <Time value={awareAt} />,
    },
    {
      key: 'tenants',
      header: t('breaches.columns.tenants'),
      width: 'minmax(100px, 1fr)',
      render: ({ tenants }) => tenants.map(of).join(', '),
    },
  ];
}

export const breachExport: readonly ExportColumn<Breach>[] = [
  ['id', ({ id }) => id],
  ['title', ({ title }) => title],
  ['state', ({ state }) => state],
  ['role', ({ role }) => role],
  ['risk', ({ risk }) => risk],
  ['beganAt', ({ beganAt }) => beganAt],
  ['awareAt', ({ awareAt }) => awareAt],
  ['dueAt', ({ dueAt }) => dueAt],
  ['toldAt', ({ notifications }) => notifications[0]?.at ?? null],
  ['controllerToldAt', ({ controllers }) => controllers[0]?.at ?? null],
  ['tenants', ({ tenants }) => tenants.join(' ')],
  ['missing', ({ missing }) => missing.join(' ')],
  ['recordedAt', ({ recordedAt }) => recordedAt],
];
