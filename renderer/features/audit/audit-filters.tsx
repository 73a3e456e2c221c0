import type { ReactNode } from 'react';
import { outcomes, severities } from '../../../shared/severities.ts';
import { t } from '../../i18n/translate.ts';
import { useApi } from '../../rpc/api.tsx';
import { Choice } from '../../ui/choice.tsx';
import { FilterBar } from '../../ui/data-list/filter-bar.tsx';
import { ExportList } from '../../ui/export-list.tsx';
import { SettledInput } from '../../ui/settled-input.tsx';
import { TenantChoice } from '../../ui/tenant-choice.tsx';
import { TimeField } from '../../ui/time-field.tsx';
import { entryExport } from './entry-columns.tsx';
import { type AuditFilter, searchOf } from './filters.ts';
import { SavedFilters } from './saved-filters.tsx';

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly set: (changed: Readonly<Record<string, string | undefined>>) => void;
  /** What else belongs beside them. */
  readonly children: ReactNode;
}

/** What the log can be narrowed to. */
export function AuditFilters({ filter, set, children }: AuditFiltersProps) {
  const { client } = useApi();
  return (
    <FilterBar
      search={{
        value: filter.text ?? '',
        onChange: (text) => set({ text }),
        label: t('audit.text'),
      }}
    >
      <TenantChoice
        label={t('audit.tenant')}
        placeholder={t('audit.anyTenant')}
        value={filter.tenant}
        onChange={(tenant) => set({ tenant, entry: undefined })}
      />
      <Choice
        label={t('audit.severity')}
        value={filter.severity}
        any={t('audit.anySeverity')}
        options={severities.map((known) => [known, t(`words.severity.${known}`)])}
        onChange={(severity) => set({ severity })}
      />
      <Choice
        label={t('audit.outcome')}
        value={filter.outcome}
        any={t('audit.anyOutcome')}
        options={outcomes.map((known) => [known, t(`words.outcome.${known}`)])}
        onChange={(outcome) => set({ outcome })}
      />
      <SettledInput
        label={t('audit.actionHint')}
        value={filter.action ?? ''}
        onChange={(action) => set({ action })}
      />
      <SettledInput
        label={t('audit.actor')}
        value={filter.actor ?? ''}
        onChange={(actor) => set({ actor })}
      />
      <Choice
        label={t('audit.order')}
        value={filter.order}
        options={[
          ['newest', t('audit.newest')],
          ['oldest', t('audit.oldest')],
        ]}
        onChange={(order) => set({ order: order === 'oldest' ? 'oldest' : undefined })}
      />
      <TimeField label={t('audit.from')} value={filter.from} onChange={(from) => set({ from })} />
      <TimeField label={t('audit.to')} value={filter.to} onChange={(to) => set({ to })} />
      <SavedFilters filter={filter} onChoose={(saved) => set({ ...searchOf(saved), entry: undefined })} />
      <ExportList
        name="audit-log"
        columns={entryExport}
        page={(cursor) => client.audit.getAuditTrail({ ...filter, limit: 1000, cursor })}
      />
      {children}
    </FilterBar>
  );
}
