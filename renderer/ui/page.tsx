import { makeStyles, tokens, typographyStyles } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../i18n/translate.ts';
import { useArrival } from './arrival.tsx';

const useStyles = makeStyles({
  page: {
    height: '100%',
    display: 'flex',
    flexDirection: 'column',
    minHeight: 0,
    gap: '12px',
    padding: '16px 24px',
    overflowY: 'auto',
  },
  head: { display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: '8px 12px', flexShrink: 0 },
  title: { marginRight: 'auto', minWidth: 0, overflowWrap: 'anywhere' },
  // it has the focus only after one has come here, which the change of the screen shows
  heading: { ...typographyStyles.title2, display: 'inline', margin: 0, outlineStyle: 'none' },
  above: { flexBasis: '100%', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
});

interface PageProps {
  readonly title: string;
  /** Where this screen lies, as links; above the title. */
  readonly above?: ReactNode;
  /** Badges behind the title. */
  readonly marks?: ReactNode;
  /** Buttons, the most important one last. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One screen: its title (the document's too), its actions, its content. */
export function Page({ title, above, marks, actions, children }: PageProps) {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  useArrival(heading);
  useEffect(() => {
    document.title = `${title} – ${t('common.product')}`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {above && <nav className={styles.above}>{above}</nav>}
        <div className={styles.title}>
          <h1 ref={heading} tabIndex={-1} className={styles.heading} data-heading>
            {title}
          </h1>{' '}
          {marks}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
