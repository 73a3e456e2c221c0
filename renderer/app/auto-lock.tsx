import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { IdleTimer } from './idle-timer.ts';
import { useSignOut } from './session.tsx';

const lockMs = 15 * 60_000;
const warnMs = lockMs - 60_000;
const lookMs = 1_000;
const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/**
 * Signs out when nobody has touched anything for 15 minutes: what the page asks by itself would keep the session
 * alive. A minute before, it says so.
 */
export function AutoLock() {
  const signOut = useSignOut();
  const [timer] = useState(() => new IdleTimer(() => performance.now(), { warnMs, lockMs }));
  const [warning, setWarning] = useState(false);

  useEffect(() => {
    const touch = () => timer.touch();
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true, capture: true });
    const look = setInterval(() => {
      setWarning(timer.state === 'warning');
      if (timer.state === 'over') {
        timer.touch();
        void signOut();
      }
    }, lookMs);
    return () => {
      clearInterval(look);
      for (const sign of signs) window.removeEventListener(sign, touch, { capture: true });
    };
  }, [timer, signOut]);

  return (
    <Dialog open={warning} modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('shell.autoLock.title')}</DialogTitle>
          <DialogContent>{t('shell.autoLock.text')}</DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              onClick={() => {
                timer.touch();
                setWarning(false);
              }}
            >
              {t('shell.autoLock.stay')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
