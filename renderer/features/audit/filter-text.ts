import { usePreferences } from '../../app/preferences.tsx';
import { formatTime } from '../../i18n/format.ts';
import { t } from '../../i18n/translate.ts';
import { useTenants } from '../../ui/use-names.ts';
import type { AuditFilter } from './filters.ts';

/** Tells in words what the log is narrowed to. */
export function useFilterText(): (filter: AuditFilter) => string {
  const tenants = useTenants();
  const { zone } = usePreferences().preferences;
  return (filter) => {
    const { tenant, text, action, actor, severity, outcome, resourceKind, resourceId, from, to } = filter;
    const named = (label: string, value: string | undefined) =>
      value === undefined ? [] : [t('audit.searched.pair', { label, value })];
    const resource = [resourceKind, resourceId].filter((part) => part !== undefined).join(' ');
    return [
      ...named(t('audit.searched.text'), text),
      ...named(t('audit.tenant'), tenant && (tenants.get(tenant)?.name ?? tenant)),
      ...named(t('audit.action'), action),
      ...named(t('audit.actor'), actor),
      ...named(t('audit.severity'), severity && t(`words.severity.${severity}`)),
      ...named(t('audit.outcome'), outcome && t(`words.outcome.${outcome}`)),
      ...named(t('audit.columns.resource'), resource === '' ? undefined : resource),
      ...named(t('audit.details.correlation'), filter.correlationId),
      ...named(t('audit.from'), from && formatTime(from, zone)),
      ...named(t('audit.to'), to && formatTime(to, zone)),
    ].join(' · ');
  };
}
