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
import { t } from '../../i18n/translate.ts';
import { useSignOut } from '../session.tsx';
import { type Idleness, type IdleTimes, IdleWatch, idleTimes } from './idle-watch.ts';
import { useTouches } from './use-touches.ts';

interface AutoLockProps {
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly times?: IdleTimes;
}

const lookEveryMs = 1_000;
const active: Idleness = { state: 'active' };

/** Signs out whoever has left, after a warning. */
export function AutoLock({ now = Date.now, times = idleTimes }: AutoLockProps) {
  const lock = useSignOut();
  const [watch] = useState(() => new IdleWatch(now, times));
  const [idleness, setIdleness] = useState<Idleness>(active);
  useTouches(watch, now);

  useEffect(() => {
    const look = () => {
      const seen = watch.look();
      setIdleness((before) => (before.state === 'active' && seen.state === 'active' ? before : seen));
      if (seen.state === 'idle') void lock();
    };
    const timer = setInterval(look, lookEveryMs);
    // a machine that slept looks before it shows anything
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [watch, lock]);

  if (idleness.state !== 'warned') return null;
  const stay = () => {
    watch.touch();
    setIdleness(active);
  };
  return (
    <Dialog modalType="alert" open onOpenChange={(_, { open }) => open || stay()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('shell.idle.title')}</DialogTitle>
          <DialogContent>
            {t('shell.idle.text', { seconds: Math.ceil(idleness.leftMs / 1_000) })}
          </DialogContent>
          <DialogActions>
            <Button onClick={() => void lock()}>{t('shell.idle.lock')}</Button>
            <Button appearance="primary" autoFocus onClick={stay}>
              {t('shell.idle.stay')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
