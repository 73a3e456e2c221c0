import { app, dialog, protocol } from 'electron';
import { HoldfastError } from '../../../shared/errors.ts';
import { processLog } from '../../suite/log.ts';
import { dataFolder } from '../cli/data-folder.ts';
import { registerScheme } from './app-protocol.ts';
import { type Desktop, openDesktop } from './desktop.ts';
import { setMenu } from './menu.ts';
import { nameToWindows } from './name-to-windows.ts';
import { profileFolder } from './profile-folder.ts';
import { closeBeforeQuit } from './quit.ts';
import { restart } from './restart.ts';
import { restrictApp } from './restrictions.ts';

const environment = process.env;
const folder = dataFolder(undefined, { environment, workingFolder: process.cwd() });

app.enableSandbox();
registerScheme(protocol);
restrictApp(app);
nameToWindows(app);
app.setPath('userData', profileFolder(app.getPath('appData'), folder));
if (app.requestSingleInstanceLock()) run();
else app.quit();

/** Nothing here may be awaited before the module has ended: the application is not ready earlier. */
function run(): void {
  const opening = open();
  app.on('second-instance', () => void opening.then((desktop) => desktop?.bringForward()));
  app.on('window-all-closed', () => app.quit());
  closeBeforeQuit(app, processLog, async () => await (await opening)?.close());
}

/** Nothing when it could not be opened: the person was told, and the application ends. */
async function open(): Promise<Desktop | undefined> {
  try {
    await app.whenReady();
    setMenu();
    return await openDesktop({
      dataFolder: folder,
      environment,
      devTools: !app.isPackaged,
      restart: () => restart(app, environment),
    });
  } catch (error) {
    processLog.report(error, 'desktop');
    const message =
      error instanceof HoldfastError
        ? error.message
        : 'Something unforeseen went wrong. The log of this process has the details.';
    dialog.showErrorBox('Holdfast cannot start', message);
    app.exit(1);
    return undefined;
  }
}
