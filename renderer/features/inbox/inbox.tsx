import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Inbox() {
  return <Page title={t('shell.navigation.inbox')}>{null}</Page>;
}
