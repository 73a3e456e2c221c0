import { makeStyles, tokens } from '@fluentui/react-components';
import { Suspense } from 'react';
import { useLocation } from 'wouter';
import { Starting } from '../features/setup/starting.tsx';
import { t } from '../i18n/translate.ts';
import { AutoLock } from './auto-lock.tsx';
import { Boundary } from './boundary.tsx';
import { Header } from './header.tsx';
import { Routes } from './routes.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Sidebar } from './sidebar.tsx';
import { useHeadingFocus } from './use-heading-focus.ts';

const useStyles = makeStyles({
  frame: {
    height: '100%',
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    gridTemplateRows: 'auto minmax(0, 1fr)',
    backgroundColor: tokens.colorNeutralBackground2,
  },
  skip: {
    position: 'absolute',
    left: '-9999px',
    zIndex: 10,
    ':focus': { left: '8px', top: '8px', backgroundColor: tokens.colorNeutralBackground1, padding: '8px' },
  },
  content: { position: 'relative', minWidth: 0, minHeight: 0 },
});

/** The console: sections at the side, protection on top, one screen. */
export function Shell() {
  const styles = useStyles();
  const [location] = useLocation();
  useHeadingFocus();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t('shell.skip')}
      </a>
      <Header />
      <Sidebar />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Boundary key={location.split('/')[1]}>
          <Suspense fallback={<Starting />}>
            <Routes />
          </Suspense>
        </Boundary>
      </main>
      <AutoLock />
      <Shortcuts />
    </div>
  );
}
