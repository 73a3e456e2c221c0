import { Body1, Field, Input } from '@fluentui/react-components';
import type { FoundBackups } from '../../../../shared/contract/recovery.ts';
import { t } from '../../../i18n/translate.ts';
import { ErrorNote } from '../../../ui/error-note.tsx';
import { problem } from '../../../ui/problem.ts';
import { isWholePath } from '../first-run/target-step.tsx';
import { Found } from './found.tsx';

interface WhereStepProps {
  readonly target: string;
  readonly onChange: (target: string) => void;
  readonly found: FoundBackups | undefined;
  readonly tried: boolean;
  readonly error: unknown;
}

export function WhereStep({ target, onChange, found, tried, error }: WhereStepProps) {
  return (
    <>
      <Body1>{t('setup.restore.where.text')}</Body1>
      <Field
        label={t('setup.restore.where.path')}
        hint={t('setup.restore.where.hint')}
        required
        {...problem(tried && !isWholePath(target) ? t('setup.firstRun.target.pathNeeded') : undefined)}
      >
        <Input
          value={target}
          onChange={(_, { value }) => onChange(value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={4096}
        />
      </Field>
      <ErrorNote error={error} />
      {found && <Found found={found} />}
    </>
  );
}
