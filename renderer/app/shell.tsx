import { makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { Suspense, useCallback, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { t } from '../i18n/translate.ts';
import { Arrivals } from '../ui/arrival.tsx';
import { Boundary } from './boundary.tsx';
import { Header } from './header/header.tsx';
import { JobEnds } from './header/job-ends.tsx';
import { KeysDialog } from './keys/keys-dialog.tsx';
import { useShortcuts } from './keys/use-shortcuts.ts';
import { AutoLock } from './lock/auto-lock.tsx';
import { Palette } from './palette/palette.tsx';
import { Routes } from './routes.tsx';
import { useSignOut } from './session.tsx';
import { Sidebar } from './sidebar.tsx';

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
  loading: { height: '100%' },
  content: { position: 'relative', minWidth: 0, minHeight: 0, outlineStyle: 'none' },
});

/** The console: sections at the side, protection on top, one screen. */
export function Shell() {
  const styles = useStyles();
  const [location] = useLocation();
  const [open, setOpen] = useState<'palette' | 'help'>();
  const signOut = useSignOut();
  const lock = useCallback(() => void signOut(), [signOut]);
  const closePalette = () => setOpen((now) => (now === 'palette' ? undefined : now));
  const showKeys = useCallback(() => setOpen('help'), []);
  useShortcuts(useCallback((shortcut) => (shortcut === 'lock' ? lock() : setOpen(shortcut)), [lock]));
  // a title can name a tenant, which a locked console does not
  useEffect(
    () => () => {
      document.title = t('common.product');
    },
    [],
  );
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t('shell.skip')}
      </a>
      <Header lock={lock} showKeys={showKeys} />
      <Sidebar />
      <main id="content" className={styles.content} tabIndex={-1}>
        <Arrivals>
          <Boundary key={location.split('/')[1]}>
            <Suspense fallback={<Spinner className={styles.loading} label={t('common.loading')} />}>
              <Routes />
            </Suspense>
          </Boundary>
        </Arrivals>
      </main>
      {open === 'palette' && <Palette onClose={closePalette} lock={lock} showKeys={showKeys} />}
      {open === 'help' && <KeysDialog onClose={() => setOpen(undefined)} />}
      <AutoLock />
      <JobEnds />
    </div>
  );
}
