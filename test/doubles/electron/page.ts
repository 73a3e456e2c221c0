import { readFileSync } from 'node:fs';
import { type Context, createContext, Script } from 'node:vm';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { StrictEmitter, strict } from './strict.ts';

interface WindowMessage {
  readonly data: unknown;
  readonly origin: string;
  readonly source: object;
  readonly ports: readonly MessagePort[];
}
type Listener = (event: WindowMessage) => void;

/** A script of one of the two worlds of a page: its own globals, the same window behind them. */
interface World {
  readonly window: object;
  readonly context: Context;
  readonly listeners: Set<Listener>;
}

export interface PageParts {
  readonly address: string;
  readonly preload: string;
  /** What `ipcRenderer.postMessage` does. */
  send(channel: string, message: unknown, ports: readonly MessagePort[]): void;
}

/**
 * One loaded page with its real preload script, in a world apart as with contextIsolation, and with what a sandbox gives it: messages
 * and ports of the web, `require` of `electron` only.
 */
export class PageDouble {
  readonly #origin: string;
  readonly #worlds: readonly [preload: World, page: World];
  /** This side's ends of channels. */
  readonly #ports = new Set<MessagePort>();
  /** What the preload script hears of the main process. */
  readonly #told = new StrictEmitter('ipcRenderer', ['holdfast:alerts']);

  constructor({ address, preload, send }: PageParts) {
    const { protocol, host } = new URL(address);
    this.#origin = `${protocol}//${host}`;
    const postMessage = (channel: string, message: unknown, transfer: readonly MessagePort[] = []) => {
      for (const port of transfer) this.#ports.delete(port);
      send(channel, structuredClone(message), transfer);
    };
    const on = (channel: string, listener: (...details: never[]) => void) => this.#told.on(channel, listener);
    const electron = strict('renderer', { ipcRenderer: strict('ipcRenderer', { on, postMessage }) });
    const require = (name: string) => {
      if (name !== 'electron') throw new Error(`module not found: ${name}`);
      return electron;
    };
    this.#worlds = [this.#world({ require, module: {}, exports: {} }), this.#world({})];
    new Script(readFileSync(preload, 'utf8'), { filename: preload }).runInContext(this.#worlds[0].context);
  }

  /** Runs a script in the page's own world. */
  run(script: string): unknown {
    return new Script(script, { filename: 'page.js' }).runInContext(this.#worlds[1].context);
  }

  /** What `webContents.send` does: the event, and a copy of what it tells. */
  tell(channel: string, details: readonly unknown[]): void {
    this.#told.emit(channel, {}, ...structuredClone(details));
  }

  /** Another page takes its place. */
  unload(): void {
    for (const port of this.#ports) port.close();
    for (const { listeners } of this.#worlds) listeners.clear();
  }

  #world(globals: object): World {
    const listeners = new Set<Listener>();
    const window = strict('window', {
      location: { origin: this.#origin },
      addEventListener: (_type: 'message', listener: Listener) => void listeners.add(listener),
      removeEventListener: (_type: 'message', listener: Listener) => void listeners.delete(listener),
      postMessage: (data: unknown, target: string, transfer: readonly MessagePort[] = []) =>
        this.#post(data, target, transfer),
    });
    const channel = () => {
      const made = new MessageChannel();
      this.#ports.add(made.port1).add(made.port2);
      return made;
    };
    const context = createContext({ ...globals, window, MessageChannel: channelClass(channel) });
    return { window, context, listeners };
  }

  /** To both worlds, later, and only at the origin it is meant for (HTML, 9.3.3). */
  #post(data: unknown, target: string, ports: readonly MessagePort[]): void {
    const cloned: unknown = structuredClone(data);
    setImmediate(() => {
      if (target !== this.#origin) return;
      for (const { listeners, window } of this.#worlds) {
        for (const listener of [...listeners]) {
          listener({ data: cloned, origin: this.#origin, source: window, ports });
        }
      }
    });
  }
}

function channelClass(make: () => MessageChannel): new () => object {
  return class {
    readonly port1: MessagePort;
    readonly port2: MessagePort;
    constructor() {
      ({ port1: this.port1, port2: this.port2 } = make());
    }
  };
}
