import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Settings(_: { readonly tab: string | undefined }) {
  return <Page title={t('shell.navigation.settings')}>{null}</Page>;
}
