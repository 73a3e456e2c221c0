import type { App } from 'electron';

/** `appId` of electron-builder.yml: the shortcut in the Start menu has it, and Windows shows notifications of no other. */
export const appId = 'app.holdfast.desktop';

/** Out of a checkout there is no shortcut of ours; Electron's documentation has its own program stand in. */
export function nameToWindows(
  app: Pick<App, 'isPackaged' | 'setAppUserModelId'>,
  platform = process.platform,
): void {
  if (platform === 'win32') app.setAppUserModelId(app.isPackaged ? appId : process.execPath);
}
