import type { AuditExportPlan } from '../../../../shared/contract/audit.ts';
import { type Disclosure, disclosures } from '../../../../shared/disclosures.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { ChoiceBoxes } from '../../../ui/choice-boxes.tsx';

interface DisclosureBoxesProps {
  /** How many there are of each; undefined until it is known. */
  readonly fields: AuditExportPlan['fields'] | undefined;
  readonly value: readonly Disclosure[];
  readonly onChange: (value: readonly Disclosure[]) => void;
}

/** What of the entries the auditor may read in clear. */
export function DisclosureBoxes({ fields, value, onChange }: DisclosureBoxesProps) {
  const number = (kind: Disclosure) => (fields === undefined ? '…' : formatCount(fields[kind]));
  return (
    <ChoiceBoxes
      label={t('audit.export.disclose')}
      options={disclosures.map((kind) => [kind, t(`audit.export.kinds.${kind}`, { number: number(kind) })])}
      value={value}
      onChange={onChange}
      hint={t('audit.export.discloseHint')}
    />
  );
}
