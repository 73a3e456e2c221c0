import { fileURLToPath } from 'node:url';
import { BrowserWindow, nativeTheme } from 'electron';
import type { Uuid } from '../../../shared/ids.ts';
import { ownOrigin } from './own-address.ts';

export interface WindowOptions {
  /** Whether the tools of developers can look into the page. */
  readonly devTools: boolean;
}

/** Fluent's background, so that nothing flashes before the page is there. */
const background = { light: '#fafafa', dark: '#1f1f1f' } as const;

/** The one window, whose page has nothing but the web and a port; shown once there is something to see. */
export function createWindow({ devTools }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 900,
    minHeight: 600,
    title: 'Holdfast',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload: preloadFile(),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Loads the page from the start. A window that is closed meanwhile needs none. */
export async function loadPage(window: BrowserWindow): Promise<void> {
  await window.loadURL(`${ownOrigin}/`).catch((error: unknown) => {
    if (!window.isDestroyed()) throw error;
  });
}

/** Brings the window to the front: somebody started the program again. */
export function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** What the preload script hands on to the page. */
const alertsChannel = 'holdfast:alerts';

/** Brings the window to the front, at an alert, or with null at the list of them: somebody clicked on a notification. */
export function showAlerts(window: BrowserWindow, alertId: Uuid | null): void {
  if (window.isDestroyed()) return;
  bringForward(window);
  window.webContents.send(alertsChannel, alertId);
}

/** Beside the compiled program, or in `dist` of a checkout. */
function preloadFile(): string {
  const compiled = import.meta.url.endsWith('.js');
  const path = compiled ? '../../../preload/preload.cjs' : '../../../dist/preload/preload.cjs';
  return fileURLToPath(new URL(path, import.meta.url));
}
