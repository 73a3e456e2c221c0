import type { CustomScheme, Menu, Protocol } from 'electron';
import { AppDouble } from './app.ts';
import type { ShownNotification } from './notification.ts';
import { SessionDouble } from './session.ts';
import { StrictEmitter } from './strict.ts';
import type { WindowDouble } from './window.ts';

type Handler = Parameters<Protocol['handle']>[1];

/** What every part of one double of Electron shares, and a test turns. */
export class Machine {
  readonly app = new AppDouble();
  readonly ipcMain = new StrictEmitter('ipcMain', ['holdfast:connect', 'holdfast:restart']);
  readonly powerMonitor = new StrictEmitter('powerMonitor', ['suspend', 'resume', 'lock-screen']);
  readonly protocol = new ProtocolDouble(this.app);
  readonly session = new SessionDouble();
  readonly windows: WindowDouble[] = [];
  readonly errorBoxes: { readonly title: string; readonly content: string }[] = [];
  readonly notifications: ShownNotification[] = [];
  /** Whether its system has notifications. */
  notifies = true;
  menu: Menu | null = null;
  dark = false;

  constructor() {
    this.app.closeWindows = () => {
      for (const window of this.windows) window.disappear();
    };
  }
}

/** Schemes of our own, and who answers them. */
class ProtocolDouble implements Pick<Protocol, 'handle' | 'registerSchemesAsPrivileged'> {
  readonly schemes = new Map<string, CustomScheme>();
  readonly #app: AppDouble;
  readonly #handlers = new Map<string, Handler>();

  constructor(app: AppDouble) {
    this.#app = app;
  }

  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    this.#app.requireNotReady('protocol.registerSchemesAsPrivileged');
    for (const scheme of schemes) this.schemes.set(scheme.scheme, scheme);
  }

  handle(scheme: string, handler: Handler): void {
    this.#app.requireReady('protocol.handle');
    if (!this.schemes.has(scheme)) throw new Error(`nobody registered the scheme ${scheme}`);
    if (this.#handlers.has(scheme)) throw new Error(`the scheme ${scheme} has its handler already`);
    this.#handlers.set(scheme, handler);
  }

  /** What a page's request is answered. */
  async request(address: string, init: RequestInit = {}): Promise<Response> {
    const handler = this.#handlers.get(new URL(address).protocol.slice(0, -1));
    if (handler === undefined) throw new Error(`nobody answers ${address}`);
    return await handler(new Request(address, init));
  }
}
