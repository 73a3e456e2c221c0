import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Dashboard() {
  return <Page title={t('shell.navigation.dashboard')}>{null}</Page>;
}
