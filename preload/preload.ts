import { ipcRenderer } from 'electron';

/** The page's own origin; nobody else is given a port, and nobody else's message is heard. */
const own = 'app://holdfast';

/**
 * Gives the page a port to the core whenever it asks for one: after each load, and again when the last one was closed. But for
 * which alert somebody wants to see, that is all a page gets from this side; no function of Electron or Node is within its reach.
 */
window.addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
  if (source !== window || origin !== own || !asksForPort(data)) return;
  const { port1: core, port2: page } = new MessageChannel();
  ipcRenderer.postMessage('holdfast:connect', null, [core]);
  window.postMessage({ holdfast: 'connect' }, own, [page]);
});

/** Somebody clicked on a notification; null stands for all alerts. */
ipcRenderer.on('holdfast:alerts', (_event, alertId: unknown) => {
  window.postMessage({ holdfast: 'alerts', alertId }, own);
});

function asksForPort(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'holdfast' in data && data.holdfast === 'ready';
}
