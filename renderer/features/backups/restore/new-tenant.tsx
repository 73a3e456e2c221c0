import { Field, Input, Select } from '@fluentui/react-components';
import { tiers } from '../../../../shared/tiers.ts';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import type { RestoreDraft } from './restore-draft.ts';

interface NewTenantProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Name and tier of the tenant that a restore makes. */
export function NewTenant({ draft, onChange, tried }: NewTenantProps) {
  return (
    <>
      <Field
        label={t('restore.where.name')}
        required
        {...problem(tried && draft.name.trim() === '' ? t('restore.where.missingName') : undefined)}
      >
        <Input
          value={draft.name}
          onChange={(_, { value }) => onChange({ name: value })}
          maxLength={120}
          autoComplete="off"
        />
      </Field>
      <Field label={t('restore.where.tier')}>
        <Select
          value={draft.tier ?? ''}
          onChange={(_, { value }) => onChange({ tier: tiers.find((known) => known === value) })}
        >
          <option value="">{t('restore.where.sameTier')}</option>
          {tiers.map((tier) => (
            <option key={tier} value={tier}>
              {t(`words.tier.${tier}`)}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}
