import { Field, Input, makeStyles } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { countIn, type Draft, leastOf, ruleNames } from './draft.ts';

const useStyles = makeStyles({
  fields: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(118px, 1fr))', gap: '8px 12px' },
  input: { minWidth: 0, width: '100%' },
});

interface PolicyFieldsProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

/** A number for each rule. */
export function PolicyFields({ draft, onChange }: PolicyFieldsProps) {
  const styles = useStyles();
  return (
    <div className={styles.fields}>
      {ruleNames.map((rule) => (
        <Field
          key={rule}
          label={t(`retention.policy.rules.${rule}`)}
          {...(countIn(rule, draft[rule]) === undefined
            ? { validationMessage: t('retention.policy.invalid', { least: leastOf(rule) }) }
            : {})}
        >
          <Input
            className={styles.input}
            inputMode="numeric"
            value={draft[rule]}
            onChange={(_, { value }) => onChange({ ...draft, [rule]: value })}
          />
        </Field>
      ))}
    </div>
  );
}
