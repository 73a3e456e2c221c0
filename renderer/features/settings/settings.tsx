import { Tab } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { About } from './about.tsx';
import { Appearance } from './appearance.tsx';
import { InstallationFacts } from './installation-facts.tsx';
import { SigningKey } from './signing-key.tsx';

const tabs = ['installation', 'appearance', 'about'] as const;

/** What the installation was set to, and how the console looks. */
export function Settings({ tab }: { readonly tab: string | undefined }) {
  const [, go] = useLocation();
  const current = tabs.find((known) => known === tab) ?? 'installation';
  return (
    <Page title={t('shell.navigation.settings')}>
      <Tabs selectedValue={current} onTabSelect={(_, { value }) => go(`/settings/${String(value)}`)}>
        {tabs.map((name) => (
          <Tab key={name} value={name}>
            {t(`settings.tabs.${name}`)}
          </Tab>
        ))}
      </Tabs>
      {current === 'installation' && (
        <>
          <InstallationFacts />
          <SigningKey />
        </>
      )}
      {current === 'appearance' && <Appearance />}
      {current === 'about' && <About />}
    </Page>
  );
}
