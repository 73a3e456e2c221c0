import type {
  BrowserWindowConstructorOptions,
  Dialog,
  Menu as ElectronMenu,
  MenuItemConstructorOptions,
  NativeTheme,
  NotificationConstructorOptions,
} from 'electron';
import { Machine } from './electron/machine.ts';
import { NotificationDouble } from './electron/notification.ts';
import { strict } from './electron/strict.ts';
import { WindowDouble } from './electron/window.ts';

/**
 * A double of the electron module for tests, which are given it in place of the package (vitest.config.ts): what is used of Electron
 * and no more, with real MessagePorts and the real preload script. `machine` is the test's side of it. A fresh one comes with a fresh
 * load of this module.
 */
export const machine = new Machine();

export const app = strict('app', machine.app);
export const ipcMain = strict('ipcMain', machine.ipcMain);
export const powerMonitor = strict('powerMonitor', machine.powerMonitor);
export const protocol = strict('protocol', machine.protocol);

export const nativeTheme = strict('nativeTheme', {
  get shouldUseDarkColors() {
    return machine.dark;
  },
} satisfies Pick<NativeTheme, 'shouldUseDarkColors'>);

export const dialog = strict('dialog', {
  showErrorBox: (title, content) => void machine.errorBoxes.push({ title, content }),
} satisfies Pick<Dialog, 'showErrorBox'>);

export const session = strict('session', {
  get defaultSession() {
    machine.app.requireReady('session.defaultSession');
    return strict('defaultSession', machine.session);
  },
});

export const Menu = strict('Menu', {
  buildFromTemplate: (template: MenuItemConstructorOptions[]) => template as never,
  setApplicationMenu: (menu) => {
    machine.menu = menu;
  },
} satisfies Pick<typeof ElectronMenu, 'buildFromTemplate' | 'setApplicationMenu'>);

class OfMachine extends NotificationDouble {
  constructor(options: NotificationConstructorOptions) {
    super(machine, options);
    // biome-ignore lint/correctness/noConstructorReturn: whoever makes one has to get the strict face
    return strict('Notification', this);
  }

  static isSupported(): boolean {
    machine.app.requireReady('Notification.isSupported');
    return machine.notifies;
  }
}
export const Notification = strict('Notification', OfMachine);

export class BrowserWindow extends WindowDouble {
  constructor(options: BrowserWindowConstructorOptions) {
    super(machine, options);
    // biome-ignore lint/correctness/noConstructorReturn: whoever makes one has to get the strict face
    return strict('BrowserWindow', this);
  }
}
