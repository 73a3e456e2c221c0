import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Machine } from '../doubles/electron/machine.ts';
import type { ContentsDouble, WindowDouble } from '../doubles/electron/window.ts';
import type { DesktopHost } from './desktop-host.ts';

export interface DoubledDesktop extends DesktopHost {
  readonly machine: Machine;
  readonly window: WindowDouble;
  readonly contents: ContentsDouble;
}

/** The real main and preload scripts over the double of electron, with a page that is empty. */
export async function startOverDouble(dataFolder: string, runtime: string): Promise<DoubledDesktop> {
  const machine = await load(dataFolder, runtime);
  machine.app.becomeReady();
  const window = await vi.waitUntil(
    () => machine.windows.find(({ contents }) => contents.page !== undefined),
    {
      timeout: 30_000,
    },
  );
  const { contents } = window;
  return {
    machine,
    window,
    contents,
    inPage: async (expression) => String(await contents.page?.run(expression)),
    reload: () => contents.load(contents.address),
    navigates: async (address) => contents.mayNavigate(address),
    opensWindow: async (address) => contents.mayOpen(address),
    isPermitted: (permission) => machine.session.asks(contents, permission, contents.address),
    notified: async () =>
      machine.notifies ? machine.notifications.map(({ title, body }) => ({ title, body })) : null,
    async clickNotification() {
      window.minimized = true;
      machine.notifications.at(-1)?.click();
      await vi.waitUntil(() => window.focused);
      return window.visible && !window.minimized;
    },
    async startAgain() {
      window.minimized = true;
      machine.app.emit('second-instance', {}, [], '', {});
      await vi.waitUntil(() => window.focused);
      return { windows: machine.windows.length, inFront: window.visible && !window.minimized };
    },
    async quit() {
      machine.app.quit();
      await machine.app.ended;
    },
  };
}

/** Loads the double and the program afresh, as a new process does; it is not ready yet. */
export async function load(
  dataFolder: string,
  runtime: string,
  prepare: (machine: Machine) => void = () => {},
): Promise<Machine> {
  const renderer = join(runtime, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(
    join(renderer, 'index.html'),
    '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><meta name="notifications" content="__NOTIFICATIONS__">',
  );
  writeFileSync(join(renderer, 'assets/page.js'), 'export const page = 1;\n'.repeat(100));
  vi.stubEnv('HOLDFAST_DATA', dataFolder);
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
  vi.resetModules();
  vi.doMock('../../main/hosts/window/renderer-folder.ts', () => ({ rendererFolder: () => renderer }));
  const { machine } = await import('../doubles/electron.ts');
  machine.app.paths.set('appData', join(runtime, 'config'));
  prepare(machine);
  await import('../../main/hosts/desktop/main.ts');
  return machine;
}
