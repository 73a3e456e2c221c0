import { Checkbox, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

interface ScopeChoiceProps {
  /** What the holder may do at all. */
  readonly offered: readonly string[];
  /** undefined: all of it. */
  readonly chosen: readonly string[] | undefined;
  readonly onChange: (scopes: readonly string[] | undefined) => void;
}

/** All that the holder may do, or some of it. */
export function ScopeChoice({ offered, chosen, onChange }: ScopeChoiceProps) {
  return (
    <Field
      label={t('access.create.scopes')}
      {...(chosen?.length === 0 ? { validationMessage: t('access.create.scopesNone') } : {})}
    >
      <RadioGroup
        value={chosen === undefined ? 'all' : 'some'}
        onChange={(_, { value }) => onChange(value === 'all' ? undefined : [])}
      >
        <Radio value="all" label={t('access.create.scopesAll')} />
        <Radio value="some" label={t('access.create.scopesSome')} />
      </RadioGroup>
      {chosen !== undefined && (
        <div>
          {offered.map((scope) => (
            <Checkbox
              key={scope}
              label={scope}
              checked={chosen.includes(scope)}
              onChange={(_, { checked }) =>
                onChange(checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
          ))}
        </div>
      )}
    </Field>
  );
}
