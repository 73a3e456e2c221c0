import type { App, IpcMain, IpcMainEvent, WebContents } from 'electron';
import { isOurPage } from './own-address.ts';

/** What the preload script sends when somebody wants the application to end and to be started again. */
const channel = 'holdfast:restart';

/** Listens to our page alone. Answers how to stop that. */
export function restartOnWish(ipcMain: IpcMain, contents: WebContents, restart: () => void): () => void {
  const take = (event: IpcMainEvent) => {
    if (isOurPage(event, contents)) restart();
  };
  ipcMain.on(channel, take);
  return () => void ipcMain.off(channel, take);
}

/** Ends the application as quitting does, and starts it again; an AppImage by its own file, since what is mounted of it goes away. */
export function restart(app: Pick<App, 'quit' | 'relaunch'>, { APPIMAGE }: NodeJS.ProcessEnv): void {
  app.relaunch(APPIMAGE === undefined ? {} : { execPath: APPIMAGE, args: process.argv.slice(1) });
  app.quit();
}
