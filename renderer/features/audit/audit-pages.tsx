import { makeStyles } from '@fluentui/react-components';
import { t } from '../../i18n/translate.ts';
import { TextLink } from '../../ui/text-link.tsx';

const useStyles = makeStyles({
  pages: { display: 'flex', flexWrap: 'wrap', gap: '4px 20px', flexShrink: 0 },
});

/** What else there is about the log. */
export function AuditPages() {
  const styles = useStyles();
  return (
    <nav aria-label={t('audit.pages')} className={styles.pages}>
      <TextLink href="/audit/reports">{t('reports.title')}</TextLink>
      <TextLink href="/audit/alerts">{t('alerts.title')}</TextLink>
      <TextLink href="/audit/breaches">{t('breaches.title')}</TextLink>
      <TextLink href="/audit/integrity">{t('integrity.title')}</TextLink>
      <TextLink href="/audit/witnesses">{t('witnesses.title')}</TextLink>
      <TextLink href="/audit/drill">{t('tamperDrill.title')}</TextLink>
      <TextLink href="/audit/retention">{t('auditRetention.title')}</TextLink>
      <TextLink href="/audit/forwarding">{t('forwarding.title')}</TextLink>
    </nav>
  );
}
