import { t } from '../i18n/translate.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound() {
  return (
    <Page title={t('shell.notFound.title')}>
      <EmptyState
        title={t('shell.notFound.title')}
        action={<LinkButton href="/">{t('shell.notFound.next')}</LinkButton>}
      />
    </Page>
  );
}
