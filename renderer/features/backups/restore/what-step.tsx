import { Caption1, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import { installationChoice, TenantChoice } from '../../../ui/tenant-choice.tsx';
import type { RestoreDraft } from './restore-draft.ts';

interface WhatStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  readonly tried: boolean;
}

/** Step 1: which tenant, or the installation's own databases. */
export function WhatStep({ draft, onChange, tried }: WhatStepProps) {
  const [kind, setKind] = useState(
    draft.source === undefined ? '' : draft.source === installationChoice ? installationChoice : 'tenant',
  );
  const missing = tried && draft.source === undefined ? t('restore.what.missing') : undefined;
  return (
    <>
      <Field label={t('restore.what.text')} {...problem(kind === '' ? missing : undefined)}>
        <RadioGroup
          value={kind}
          onChange={(_, { value }) => {
            setKind(value);
            onChange({ source: value === installationChoice ? installationChoice : undefined });
          }}
        >
          <Radio value="tenant" label={t('restore.what.tenant')} />
          <Radio value={installationChoice} label={t('restore.what.installation')} />
        </RadioGroup>
      </Field>
      {kind === installationChoice && <Caption1>{t('restore.what.installationNote')}</Caption1>}
      {kind === 'tenant' && (
        <Field label={t('restore.what.choose')} required {...problem(missing)}>
          <TenantChoice
            label={t('restore.what.choose')}
            placeholder={t('restore.what.chooseTenant')}
            value={draft.source}
            onChange={(source) => onChange({ source })}
          />
        </Field>
      )}
    </>
  );
}
