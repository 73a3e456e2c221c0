import { t } from '../../../i18n/translate.ts';
import { Page } from '../../../ui/page.tsx';

export function Restore() {
  return <Page title={t('shell.navigation.backups')}>{null}</Page>;
}
