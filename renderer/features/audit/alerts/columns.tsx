import type { Alert } from '../../../../shared/contract/audit/alerts.ts';
import { t } from '../../../i18n/translate.ts';
import { alertActor } from '../../../ui/alert-words.ts';
import type { Column } from '../../../ui/data-list/column.ts';
import type { ExportColumn } from '../../../ui/export-list.tsx';
import { SeverityBadge } from '../../../ui/severity-badge.tsx';
import { Time } from '../../../ui/time.tsx';

/** `of`: the name of a tenant by its id. */
export function alertColumns(of: (tenantId: string | null) => string): readonly Column<Alert>[] {
  return [
    {
      key: 'severity',
      header: t('alerts.columns.severity'),
      width: '120px',
      render: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      key: 'what',
      header: t('alerts.columns.what'),
      width: 'minmax(240px, 3fr)',
      render: ({ rule, anomaly, more }) => (
        <>
          {t(`alerts.rules.${rule}.title`)}
          {anomaly && <small> · {t('alerts.anomaly.bits', { score: anomaly.score })}</small>}
          {more > 0 && <small> · {t('alerts.more', { count: more })}</small>}
        </>
      ),
    },
    { key: 'actor', header: t('alerts.columns.actor'), width: 'minmax(100px, 1fr)', render: alertActor },
    {
      key: 'tenant',
      header: t('alerts.columns.tenant'),
      width: 'minmax(120px, 1fr)',
      render: ({ tenantId }) => of(tenantId),
    },
    {
      key: 'time',
      header: t('alerts.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
  ];
}

export const alertExport: readonly ExportColumn<Alert>[] = [
  ['id', ({ id }) => id],
  ['time', ({ time }) => time],
  ['rule', ({ rule }) => rule],
  ['severity', ({ severity }) => severity],
  ['actor', ({ actor }) => actor?.name ?? actor?.pseudonym ?? null],
  ['tenantId', ({ tenantId }) => tenantId],
  ['logId', ({ logId }) => logId],
  ['entries', ({ entries }) => entries.map(({ index }) => index).join(' ')],
  ['bits', ({ anomaly }) => anomaly?.score ?? null],
  ['more', ({ more }) => more],
  ['lastTime', ({ lastTime }) => lastTime],
];
