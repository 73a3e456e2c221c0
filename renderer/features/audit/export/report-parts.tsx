import { Field, makeStyles, Spinner, Textarea, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type Standard, standardNames } from '../../../../shared/compliance.ts';
import { formatCount } from '../../../i18n/format.ts';
import { t } from '../../../i18n/translate.ts';
import { useApi } from '../../../rpc/api.tsx';
import { ChoiceBoxes } from '../../../ui/choice-boxes.tsx';
import { ErrorNote } from '../../../ui/error-note.tsx';
import type { ReportChoice } from './report-choice.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    margin: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    padding: '4px 12px 12px',
  },
  summary: { cursor: 'pointer', color: tokens.colorNeutralForeground2 },
});

interface ReportPartsProps {
  readonly asked: {
    readonly standard: Standard;
    readonly tenant?: string;
    readonly from: string;
    readonly to: string;
  };
  readonly value: ReportChoice;
  readonly onChange: (value: ReportChoice) => void;
}

/** Which controls one report of an export has, and what is added to it. */
export function ReportParts({ asked, value, onChange }: ReportPartsProps) {
  const styles = useStyles();
  const { query } = useApi();
  const preview = useQuery(query.audit.previewComplianceReport.queryOptions({ input: asked, retry: false }));
  const standard = standardNames[asked.standard];
  if (preview.error !== null) return <ErrorNote error={preview.error} />;
  if (preview.data === undefined) return <Spinner size="tiny" label={t('common.loading')} />;
  const { controls } = preview.data;
  const all = controls.map(({ id }) => id);
  const chosen = value.controls ?? all;
  return (
    <fieldset className={styles.root}>
      <legend>{standard}</legend>
      <details>
        <summary className={styles.summary}>
          {t('audit.export.controls', { chosen: formatCount(chosen.length), all: formatCount(all.length) })}
        </summary>
        <ChoiceBoxes
          label={t('audit.export.controlsOf', { standard })}
          options={controls.map(({ id, title }) => [id, `${id}  ${title}`])}
          value={chosen}
          onChange={(ids) => onChange({ ...value, controls: ids.length === all.length ? undefined : ids })}
          hint={t('audit.export.controlsHint')}
        />
      </details>
      <Field label={t('audit.export.notes', { standard })} hint={t('reports.form.notesHint')}>
        <Textarea
          value={value.notes}
          maxLength={4000}
          onChange={(_, { value: notes }) => onChange({ ...value, notes })}
        />
      </Field>
    </fieldset>
  );
}
