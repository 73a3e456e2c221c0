import { Caption1, Field, Radio, RadioGroup } from '@fluentui/react-components';
import type { Tenant } from '../../../../shared/contract/tenants.ts';
import { t } from '../../../i18n/translate.ts';
import { Choice } from '../../../ui/choice.tsx';
import { problem } from '../../../ui/problem.ts';
import type { RestoreDraft } from './draft.ts';

interface WhatStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly tried: boolean;
}

/** Step 1: which tenant, or the installation's own databases. */
export function WhatStep({ draft, onChange, tenants, tried }: WhatStepProps) {
  const own = draft.source === 'installation';
  return (
    <>
      <Field
        label={t('restore.what.text')}
        {...problem(tried && draft.source === undefined ? t('restore.what.missing') : undefined)}
      >
        <RadioGroup
          value={own ? 'installation' : 'tenant'}
          onChange={(_, { value }) =>
            onChange({ source: value === 'installation' ? 'installation' : undefined })
          }
        >
          <Radio value="tenant" label={t('restore.what.tenant')} />
          <Radio value="installation" label={t('restore.what.installation')} />
        </RadioGroup>
      </Field>
      {own ? (
        <Caption1>{t('restore.what.installationNote')}</Caption1>
      ) : (
        <Field label={t('restore.what.choose')} required>
          <Choice
            label={t('restore.what.choose')}
            value={draft.source}
            any={t('restore.what.chooseTenant')}
            options={[...tenants.values()].map(({ id, name, slug }) => [String(id), `${name} (${slug})`])}
            onChange={(source) => onChange({ source })}
          />
        </Field>
      )}
    </>
  );
}
