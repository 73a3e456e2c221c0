import { Body1, Field, RadioGroup } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';
import { Option } from './option.tsx';

export type Beginning = 'create' | 'restore';

interface WelcomeStepProps {
  readonly dataFolder: string;
  readonly beginning: Beginning;
  readonly onChange: (beginning: Beginning) => void;
}

/** The one choice of an empty data folder: a new installation, or a lost one. */
export function WelcomeStep({ dataFolder, beginning, onChange }: WelcomeStepProps) {
  return (
    <>
      <Body1>{t('setup.firstRun.welcome.text')}</Body1>
      <Field label={t('setup.firstRun.welcome.choice')}>
        <RadioGroup
          value={beginning}
          onChange={(_, { value }) => (value === 'create' || value === 'restore') && onChange(value)}
        >
          <Option
            value="create"
            title={t('setup.firstRun.welcome.create')}
            text={t('setup.firstRun.welcome.next')}
          />
          <Option
            value="restore"
            title={t('setup.firstRun.welcome.restore')}
            text={t('setup.firstRun.welcome.restoreText')}
          />
        </RadioGroup>
      </Field>
      <Body1>
        {t('setup.firstRun.welcome.where')} <code>{dataFolder}</code>
      </Body1>
    </>
  );
}
