import { Caption1, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { problem } from '../../../ui/problem.ts';
import type { RestoreDraft } from './draft.ts';

interface WhereStepProps {
  readonly draft: RestoreDraft;
  readonly onChange: (changed: Partial<RestoreDraft>) => void;
  /** The installation's own databases never replace those that run. */
  readonly own: boolean;
  readonly tried: boolean;
}

/** A path from the root, on any of the three systems. */
export const isWholePath = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim());

/** Step 3: over what is there now, or into a folder. */
export function WhereStep({ draft, onChange, own, tried }: WhereStepProps) {
  return (
    <>
      <Field
        label={t('restore.where.text')}
        {...problem(tried && draft.to === undefined ? t('restore.where.missing') : undefined)}
      >
        <RadioGroup
          value={draft.to ?? ''}
          onChange={(_, { value }) => (value === 'in-place' || value === 'folder') && onChange({ to: value })}
        >
          <Radio
            value="in-place"
            disabled={own}
            label={
              <>
                {t('restore.where.inPlace')}
                <br />
                <Caption1>
                  {own ? t('restore.what.installationNote') : t('restore.where.inPlaceText')}
                </Caption1>
              </>
            }
          />
          <Radio
            value="folder"
            label={
              <>
                {t('restore.where.folder')}
                <br />
                <Caption1>{t('restore.where.folderText')}</Caption1>
              </>
            }
          />
        </RadioGroup>
      </Field>
      {draft.to === 'folder' && (
        <Field
          label={t('restore.where.path')}
          required
          {...problem(tried && !isWholePath(draft.folder) ? t('restore.where.missing') : undefined)}
        >
          <Input
            value={draft.folder}
            onChange={(_, { value }) => onChange({ folder: value })}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      )}
    </>
  );
}
