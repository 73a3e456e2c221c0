import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Tenant(_: { readonly tenant: string; readonly tab: string | undefined }) {
  return <Page title={t('shell.navigation.tenants')}>{null}</Page>;
}
