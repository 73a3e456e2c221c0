import { t } from '../../i18n/translate.ts';
import { Page } from '../../ui/page.tsx';

export function Jobs(_: { readonly jobId: string | undefined }) {
  return <Page title={t('shell.navigation.jobs')}>{null}</Page>;
}
