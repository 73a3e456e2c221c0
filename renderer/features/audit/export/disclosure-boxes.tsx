import { Caption1, Checkbox, makeStyles } from '@fluentui/react-components';
import type { AuditExportPlan } from '../../../../shared/contract/audit.ts';
import { type Disclosure, disclosures } from '../../../../shared/disclosures.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';

const useStyles = makeStyles({
  boxes: {
    display: 'flex',
    flexDirection: 'column',
    border: 'none',
    margin: 0,
    padding: 0,
    '& legend': { padding: 0 },
  },
});

interface DisclosureBoxesProps {
  /** How many there are of each; undefined until it is known. */
  readonly fields: AuditExportPlan['fields'] | undefined;
  readonly value: readonly Disclosure[];
  readonly onChange: (value: readonly Disclosure[]) => void;
}

/** What of the entries the auditor may read in clear. */
export function DisclosureBoxes({ fields, value, onChange }: DisclosureBoxesProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.boxes}>
      <legend>{t('audit.export.disclose')}</legend>
      {disclosures.map((kind) => (
        <Checkbox
          key={kind}
          label={t(`audit.export.kinds.${kind}`, {
            number: fields === undefined ? '…' : formatCount(fields[kind]),
          })}
          checked={value.includes(kind)}
          onChange={(_, { checked }) =>
            onChange(disclosures.filter((each) => (each === kind ? checked === true : value.includes(each))))
          }
        />
      ))}
      <Caption1>{t('audit.export.discloseHint')}</Caption1>
    </fieldset>
  );
}
