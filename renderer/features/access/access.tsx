import { Tab } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Keys } from './keys/keys.tsx';
import { Operators } from './operators/operators.tsx';

const tabs = ['keys', 'operators'] as const;

/** Who and what gets in: API keys of services, and the people who use the console. */
export function Access({ tab }: { readonly tab: string | undefined }) {
  const [, go] = useLocation();
  const current = tabs.find((known) => known === tab) ?? 'keys';
  return (
    <Page title={t('shell.navigation.access')}>
      <Tabs selectedValue={current} onTabSelect={(_, { value }) => go(`/access/${String(value)}`)}>
        {tabs.map((name) => (
          <Tab key={name} value={name}>
            {t(`access.tabs.${name}`)}
          </Tab>
        ))}
      </Tabs>
      {current === 'keys' ? <Keys /> : <Operators />}
    </Page>
  );
}
