import { Caption1 } from '@fluentui/react-components';
import { t } from '../../../i18n/translate.ts';

/** Rows of a table in the wizard, which is to be looked through and not to be searched. */
export const mostShown = 100;

/** How many rows are not shown. */
export function More({ of }: { readonly of: number }) {
  if (of <= mostShown) return null;
  return <Caption1>{t('setup.restore.more', { count: of - mostShown })}</Caption1>;
}
