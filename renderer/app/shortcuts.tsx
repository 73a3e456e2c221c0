import { Dialog, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { Facts } from '../ui/facts.tsx';
import { Palette } from './palette.tsx';
import { useSignOut } from './session.tsx';

type Open = 'palette' | 'keys';

/** The keys that work everywhere, and what they open. None of them fires while somebody types. */
export function Shortcuts() {
  const signOut = useSignOut();
  const [open, setOpen] = useState<Open>();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen('palette');
      } else if (command && event.key.toLowerCase() === 'l') {
        event.preventDefault();
        void signOut();
      } else if (!command && !event.altKey && !isTyping(event.target)) {
        if (event.key === '?') setOpen('keys');
        if (event.key === '/') {
          event.preventDefault();
          document.querySelector<HTMLElement>('main [data-search], main [data-search] input')?.focus();
        }
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [signOut]);
  const close = () => setOpen(undefined);
  return (
    <>
      {open === 'palette' && <Palette onClose={close} onLock={() => void signOut()} />}
      {open === 'keys' && (
        <Dialog open onOpenChange={close}>
          <DialogSurface>
            <DialogBody>
              <DialogTitle>{t('shell.keys.title')}</DialogTitle>
              <DialogContent>
                <Facts
                  facts={[
                    ['Ctrl K', t('shell.keys.palette')],
                    ['/', t('shell.keys.search')],
                    ['?', t('shell.keys.help')],
                    ['Ctrl L', t('shell.keys.lock')],
                    ['↑ ↓ PgUp PgDn Home End', t('shell.keys.move')],
                    ['Enter', t('shell.keys.open')],
                    ['Esc', t('shell.keys.close')],
                  ]}
                />
              </DialogContent>
            </DialogBody>
          </DialogSurface>
        </Dialog>
      )}
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}
