import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { _electron } from '@playwright/test';
import type { DesktopHost } from './desktop-host.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The built application in Electron itself; `program`: its executable. */
export async function startInElectron(
  program: string,
  dataFolder: string,
  runtime: string,
): Promise<DesktopHost> {
  const environment = { ...process.env, HOLDFAST_DATA: dataFolder, XDG_CONFIG_HOME: runtime };
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const application = await _electron.launch({ executablePath: program, args: [checkout], env });
  const page = await application.firstWindow();
  const shown = await application.evaluateHandle(({ Notification }) => {
    const told: Electron.Notification[] = [];
    const { show } = Notification.prototype;
    Notification.prototype.show = function record(this: Electron.Notification) {
      told.push(this);
      show.call(this);
    };
    return told;
  });
  const inPage = async (expression: string) => String(await page.evaluate(expression));
  let running = true;
  return {
    inPage,
    async reload() {
      await page.reload();
    },
    async navigates(address) {
      const before = page.url();
      await inPage(`location.href = ${JSON.stringify(address)}`);
      await page.evaluate('new Promise(requestAnimationFrame)');
      return page.url() !== before;
    },
    opensWindow: async (address) =>
      (await inPage(`window.open(${JSON.stringify(address)}) !== null`)) === 'true',
    isPermitted: async (name) =>
      (await inPage(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`)) ===
      'granted',
    async notified() {
      if (!(await application.evaluate(({ Notification }) => Notification.isSupported()))) return null;
      return await shown.evaluate((told) => told.map(({ title, body }) => ({ title, body })));
    },
    async clickNotification() {
      await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
      await shown.evaluate((told) => void told.at(-1)?.emit('click', {}));
      return await application.evaluate(
        ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized() === false,
      );
    },
    async startAgain() {
      await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
      await once(spawn(program, [checkout], { env, stdio: 'ignore' }), 'exit');
      return await application.evaluate(({ BrowserWindow }) => {
        const all = BrowserWindow.getAllWindows();
        return { windows: all.length, inFront: all[0]?.isMinimized() === false };
      });
    },
    async quit() {
      if (!running) return;
      running = false;
      await application.close();
    },
  };
}
