import { Body1, Caption1 } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

export function WelcomeStep({ dataFolder }: { readonly dataFolder: string }) {
  return (
    <>
      <Body1>{t('setup.firstRun.welcome.text')}</Body1>
      <Body1>{t('setup.firstRun.welcome.next')}</Body1>
      <Body1>
        {t('setup.firstRun.welcome.where')} <code>{dataFolder}</code>
      </Body1>
      <Caption1>{t('setup.firstRun.welcome.restore')}</Caption1>
    </>
  );
}
