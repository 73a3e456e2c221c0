import { Field, ProgressBar } from '@fluentui/react-components';
import { t } from '../i18n/translate.ts';

/** How much of a file this browser has sent, from 0 to 1. */
export function SendingFile({ share }: { readonly share: number }) {
  return (
    <Field label={t('common.sendingFile')} validationState="none">
      <ProgressBar value={share} />
    </Field>
  );
}
