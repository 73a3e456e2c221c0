import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { alertPath } from './alert-path.ts';

/** Goes to the alert that somebody clicked on in a notification: the preload script of the desktop says which. */
export function useAlertLinks(): void {
  const [, go] = useLocation();
  useEffect(() => {
    const take = ({ source, origin, data }: MessageEvent<unknown>) => {
      const path = source === window && origin === window.location.origin ? alertPath(data) : undefined;
      if (path !== undefined) go(path);
    };
    window.addEventListener('message', take);
    return () => window.removeEventListener('message', take);
  }, [go]);
}
