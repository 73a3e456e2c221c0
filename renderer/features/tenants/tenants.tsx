import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Tenants() {
  return <Page title={t('shell.navigation.tenants')}>{null}</Page>;
}
