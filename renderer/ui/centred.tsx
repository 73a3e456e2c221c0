import { makeStyles, Title2, tokens, typographyStyles } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { t } from '../i18n/translate.ts';

const icon = new URL('../icon.svg', import.meta.url);

const useStyles = makeStyles({
  page: {
    minHeight: '100%',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    backgroundColor: tokens.colorNeutralBackground3,
    padding: '8vh 16px 32px',
  },
  brand: { display: 'flex', alignItems: 'center', gap: '12px', marginBottom: '24px' },
  title: { ...typographyStyles.title2, margin: 0 },
  card: {
    width: '100%',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
    padding: '32px',
    display: 'flex',
    flexDirection: 'column',
    gap: '16px',
  },
});

interface CentredProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Pixels; 440 by default. */
  readonly width?: number;
}

/** A card in the middle of an otherwise empty page: for what comes before the console. */
export function Centred({ title, children, width = 440 }: CentredProps) {
  const styles = useStyles();
  return (
    <main className={styles.page}>
      <div className={styles.brand} aria-hidden>
        <img src={icon.href} alt="" width={32} height={32} />
        <Title2 as="span">{t('common.product')}</Title2>
      </div>
      <div className={styles.card} style={{ maxWidth: width }}>
        <h1 className={styles.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}
