import type { AuditEntry } from '../../../shared/contract/audit.ts';
import type { Tenant } from '../../../shared/contract/tenants.ts';
import { t } from '../../i18n/translate.ts';
import { actionText } from '../../ui/action-text.ts';
import type { Column } from '../../ui/data-list/column.ts';
import type { ExportColumn } from '../../ui/export-list.tsx';
import { OutcomeBadge, SeverityBadge } from '../../ui/severity-badge.tsx';
import { Time } from '../../ui/time.tsx';

export function actorText({ actor }: AuditEntry): string {
  if (actor.kind === 'system') return t('common.system');
  if (actor.name !== null) return actor.name;
  return actor.pseudonym === null
    ? t('audit.details.erased')
    : t('audit.erasedPerson', { pseudonym: actor.pseudonym });
}

export function resourceText({ resource }: AuditEntry): string {
  return resource === null ? '' : `${resource.kind} ${resource.id}`;
}

/** A log's name is `<installation>/<tenant or installation>/e<epoch>`. */
export function logOwner({ logId }: AuditEntry): string {
  return logId.split('/')[1] ?? '';
}

export function entryColumns(tenants: ReadonlyMap<string, Tenant>): readonly Column<AuditEntry>[] {
  return [
    {
      key: 'time',
      header: t('audit.columns.time'),
      width: '170px',
      render: ({ time }) => <Time value={time} />,
    },
    {
      key: 'action',
      header: t('audit.columns.action'),
      width: 'minmax(130px, 2fr)',
      render: ({ action, phase }) =>
        phase === 'intent' ? `${actionText(action)} (${t('audit.intent')})` : actionText(action),
    },
    {
      key: 'severity',
      header: t('audit.columns.severity'),
      width: '100px',
      render: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      key: 'outcome',
      header: t('audit.columns.outcome'),
      width: '148px',
      render: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
    },
    {
      key: 'actor',
      header: t('audit.columns.actor'),
      width: 'minmax(80px, 1fr)',
      render: actorText,
    },
    {
      key: 'resource',
      header: t('audit.columns.resource'),
      width: 'minmax(90px, 2fr)',
      render: resourceText,
    },
    {
      key: 'tenant',
      header: t('audit.columns.tenant'),
      width: 'minmax(74px, 1fr)',
      render: (entry) => {
        const owner = logOwner(entry);
        return owner === 'installation' ? t('common.installation') : (tenants.get(owner)?.name ?? owner);
      },
    },
  ];
}

export const entryExport: readonly ExportColumn<AuditEntry>[] = [
  ['time', ({ time }) => time],
  ['logId', ({ logId }) => logId],
  ['index', ({ index }) => index],
  ['action', ({ action }) => action],
  ['phase', ({ phase }) => phase],
  ['severity', ({ severity }) => severity],
  ['outcome', ({ outcome }) => outcome],
  ['actor', actorText],
  ['resource', resourceText],
  ['reason', ({ reason }) => reason],
  ['correlationId', ({ correlationId }) => correlationId],
];
