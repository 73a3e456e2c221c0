import { ipcMain, Notification, powerMonitor, protocol, session } from 'electron';
import type { ServedFolder } from '../cli/core.ts';
import { enter } from '../cli/enterprise-core.ts';
import { socketAddress } from '../socket/address.ts';
import { serveSocket } from '../socket/server.ts';
import { type Assets, readAssets } from '../window/assets.ts';
import { rendererFolder } from '../window/renderer-folder.ts';
import { Transfers } from '../window/transfers.ts';
import { windowApp } from '../window/window-app.ts';
import { WindowSession } from '../window/window-session.ts';
import { AlertNotifications } from './alert-notifications.ts';
import { serveApp } from './app-protocol.ts';
import { connectWindow } from './connect-window.ts';
import { restartOnWish } from './restart.ts';
import { restrictSession } from './restrictions.ts';
import { bringForward, createWindow, loadPage, showAlerts } from './window.ts';

export interface DesktopOptions {
  readonly dataFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly devTools: boolean;
  /** Ends the application and starts it again. */
  readonly restart: () => void;
}

export interface Desktop {
  bringForward(): void;
  /** Ends the window's session and stops the suite; the data folder is free then. */
  close(): Promise<void>;
}

/**
 * Serves a data folder to the window, and to commands of this machine besides. Only once the application is ready. Errors:
 * LOCKED when another process serves the folder, NOT_FOUND when the renderer was not built.
 */
export async function openDesktop(options: DesktopOptions): Promise<Desktop> {
  const assets = readAssets(rendererFolder());
  const { dataFolder, environment } = options;
  const { path: socketPath } = socketAddress(dataFolder, environment);
  const served = await enter({ dataFolder, socketPath });
  try {
    return await show(served, assets, options);
  } catch (error) {
    await served.stop();
    throw error;
  }
}

async function show(
  { router, errors, noteSleep, onAlert, stop }: ServedFolder,
  assets: Assets,
  { dataFolder, environment, devTools, restart }: DesktopOptions,
): Promise<Desktop> {
  const signedIn = new WindowSession(router, errors);
  const transfers = new Transfers();
  const pages = windowApp({
    assets,
    transfers,
    errors,
    sessionOf: () => signedIn,
    socketOf: () => undefined,
    notifications: Notification.isSupported() ? 'shown' : 'unsupported',
  });
  serveApp(protocol, pages.fetch);
  restrictSession(session.defaultSession);
  const lock = () => void signedIn.lock();
  powerMonitor.on('suspend', lock);
  powerMonitor.on('suspend', () => void noteSleep('suspended'));
  powerMonitor.on('resume', () => void noteSleep('resumed'));
  powerMonitor.on('lock-screen', lock);

  const window = createWindow({ devTools });
  const notifications = new AlertNotifications({
    session: signedIn,
    errors,
    open: (alertId) => showAlerts(window, alertId),
  });
  onAlert((alert) => notifications.add(alert));
  const connection = connectWindow(ipcMain, window.webContents, router, signedIn);
  const deaf = restartOnWish(ipcMain, window.webContents, restart);
  await loadPage(window);
  // the window is of use without it
  const socket = await serveSocket(router, socketAddress(dataFolder, environment)).catch((error: unknown) => {
    errors.report(error, 'socket');
  });
  return {
    bringForward: () => bringForward(window),
    async close() {
      if (!window.isDestroyed()) window.hide();
      deaf();
      connection.close();
      notifications.close();
      await signedIn.end();
      transfers.close();
      await socket?.close();
      await stop();
    },
  };
}
