import { Field, Input } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import { isLimit } from './draft.ts';

interface LimitFieldProps {
  readonly value: string;
  readonly onChange: (limit: string) => void;
}

/** How fast copying may be. */
export function LimitField({ value, onChange }: LimitFieldProps) {
  return (
    <Field
      label={t('targets.adding.limit')}
      hint={t('targets.adding.limitHint')}
      {...problem(isLimit(value) ? undefined : t('targets.adding.limitWrong'))}
    >
      <Input value={value} onChange={(_, data) => onChange(data.value)} inputMode="numeric" />
    </Field>
  );
}
