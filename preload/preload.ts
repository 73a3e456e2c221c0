import { ipcRenderer } from 'electron';

/** The page's own origin; nobody else is given a port, and nobody else's message is heard. */
const own = 'app://holdfast';

/**
 * Gives the page a port to the core whenever it asks for one: after each load, and again when the last one was closed. But for
 * which alert somebody wants to see, and a wish to be started again, that is all a page gets from this side; no function of Electron or Node is within its reach.
 */
window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source !== window || origin !== own || !says(data, 'ready')) return;
  const { port1: core, port2: page } = new MessageChannel();
  ipcRenderer.postMessage('holdfast:connect', null, [core]);
  window.postMessage({ holdfast: 'connect' }, own, [page]);
});

/** Somebody wants Holdfast to end and to be started again. */
window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source === window && origin === own && says(data, 'restart'))
    ipcRenderer.postMessage('holdfast:restart', null);
});

/** Somebody clicked on a notification; null stands for all alerts. */
ipcRenderer.on('holdfast:alerts', (_event, alertId: unknown) => {
  window.postMessage({ holdfast: 'alerts', alertId }, own);
});

function says(data: unknown, what: 'ready' | 'restart'): boolean {
  return typeof data === 'object' && data !== null && 'holdfast' in data && data.holdfast === what;
}
