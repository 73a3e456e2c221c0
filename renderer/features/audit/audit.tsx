import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Audit() {
  return <Page title={t('shell.navigation.audit')}>{null}</Page>;
}
