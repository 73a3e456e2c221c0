import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Access(_: { readonly tab: string | undefined }) {
  return <Page title={t('shell.navigation.access')}>{null}</Page>;
}
