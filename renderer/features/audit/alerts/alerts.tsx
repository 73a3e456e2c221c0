import { Tab } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { t } from '../../../i18n/translate.ts';
import { Page } from '../../../ui/page.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { Learning } from './learning.tsx';
import { RaisedAlerts } from './raised-alerts.tsx';
import { Rules } from './rules.tsx';

/** What rules on the log found, and the rules themselves. */
export function Alerts({ tab }: { readonly tab: string | undefined }) {
  const [, go] = useLocation();
  const shown = tab === 'rules' ? 'rules' : 'raised';
  return (
    <Page title={t('alerts.title')} above={<TextLink href="/audit">{t('shell.navigation.audit')}</TextLink>}>
      <Tabs
        selectedValue={shown}
        onTabSelect={(_, { value }) => go(value === 'rules' ? '/audit/alerts/rules' : '/audit/alerts')}
      >
        <Tab value="raised">{t('alerts.tabs.raised')}</Tab>
        <Tab value="rules">{t('alerts.tabs.rules')}</Tab>
      </Tabs>
      <Learning />
      {shown === 'rules' ? <Rules /> : <RaisedAlerts />}
    </Page>
  );
}
