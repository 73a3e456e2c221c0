import type { App } from 'electron';
import type { ErrorLog } from '../../rpc/errors.ts';

/** The first wish to quit waits until `close` has ended; then the application quits, whatever came of it. */
export function closeBeforeQuit(app: App, errors: ErrorLog, close: () => Promise<void>): void {
  let state: 'running' | 'closing' | 'closed' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'closed') return;
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void close()
      .catch((error: unknown) => errors.report(error, 'quit'))
      .then(() => {
        state = 'closed';
        app.quit();
      });
  });
}
