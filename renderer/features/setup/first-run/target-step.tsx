import { Field, Input, RadioGroup } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import type { Draft } from './draft.ts';
import { Option } from './option.tsx';

interface TargetStepProps {
  readonly draft: Draft;
  readonly onChange: (changed: Partial<Draft>) => void;
  readonly tried: boolean;
}

/** A path from the root, on any of the three systems. */
export const isWholePath = (path: string) => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim());

export function isTargetReady({ target, folder }: Draft): boolean {
  return target === 'inside' || (target === 'folder' && isWholePath(folder));
}

export function TargetStep({ draft, onChange, tried }: TargetStepProps) {
  return (
    <>
      <Field
        label={t('setup.firstRun.target.text')}
        {...(tried && draft.target === '' ? { validationMessage: t('setup.firstRun.chooseOne') } : {})}
      >
        <RadioGroup
          value={draft.target}
          onChange={(_, { value }) =>
            (value === 'folder' || value === 'inside') && onChange({ target: value })
          }
        >
          <Option
            value="folder"
            title={t('setup.firstRun.target.folder')}
            text={t('setup.firstRun.target.pathHint')}
          />
          <Option
            value="inside"
            title={t('setup.firstRun.target.inside')}
            text={t('setup.firstRun.target.insideText')}
          />
        </RadioGroup>
      </Field>
      {draft.target === 'folder' && (
        <Field
          label={t('setup.firstRun.target.path')}
          required
          {...(tried && !isWholePath(draft.folder)
            ? { validationMessage: t('setup.firstRun.target.pathNeeded') }
            : {})}
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
