import type { MessagePort } from 'node:worker_threads';
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  HandlerDetails,
  WebContents,
  WebContentsWillNavigateEventParams,
  WebFrameMain,
} from 'electron';
import { PortMain } from '../message-port-main.ts';
import type { Machine } from './machine.ts';
import { PageDouble } from './page.ts';
import { preventable, StrictEmitter, strict } from './strict.ts';

const contentsEvents = ['will-attach-webview', 'will-frame-navigate', 'will-navigate', 'will-redirect'];
const windowEvents = ['closed', 'ready-to-show'];

type Frame = Pick<WebFrameMain, 'origin'> & { readonly parent: object | null };
type Navigation = WebContentsWillNavigateEventParams;

/** Goes where it is sent, and lets its page leave as far as nobody prevents it. */
export class ContentsDouble
  extends StrictEmitter
  implements Pick<WebContents, 'send' | 'setWindowOpenHandler'>
{
  page: PageDouble | undefined;
  address = 'about:blank';
  /** As others see it. */
  readonly face: ContentsDouble;
  readonly #machine: Machine;
  readonly #preload: string;
  #open: Parameters<WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'allow' });

  constructor(machine: Machine, preload: string) {
    super('webContents', contentsEvents);
    this.#machine = machine;
    this.#preload = preload;
    this.face = strict('webContents', this);
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.#open = handler;
  }

  async load(address: string): Promise<void> {
    const response = await this.#machine.protocol.request(address, { headers: { accept: 'text/html' } });
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    this.unload();
    this.address = address;
    const send = (channel: string, message: unknown, ports: readonly MessagePort[]) =>
      this.hear(
        channel,
        message,
        ports.map((port) => new PortMain(port)),
      );
    this.page = new PageDouble({ address, preload: this.#preload, send });
  }

  unload(): void {
    this.page?.unload();
    this.page = undefined;
  }

  /** The page, or a frame of it, wants to go somewhere; whether it may. */
  mayNavigate(url: string, isMainFrame = true): boolean {
    const details: Navigation = { url, isMainFrame, isSameDocument: false, frame: null, initiator: null };
    const names = isMainFrame ? ['will-frame-navigate', 'will-navigate'] : ['will-frame-navigate'];
    return names.every((name) => this.#passes(name, details));
  }

  /** A host answers that the page is to be found elsewhere; whether that is followed. */
  mayBeRedirected(url: string): boolean {
    const details: Navigation = {
      url,
      isMainFrame: true,
      isSameDocument: false,
      frame: null,
      initiator: null,
    };
    return this.#passes('will-redirect', details);
  }

  mayAttachWebview(): boolean {
    return this.#passes('will-attach-webview', {});
  }

  mayOpen(url: string): boolean {
    const details: HandlerDetails = {
      url,
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: this.address, policy: 'no-referrer' },
    };
    return this.#open(details).action === 'allow';
  }

  /** The page's preload script is told, later. */
  send(channel: string, ...details: readonly unknown[]): void {
    const { page } = this;
    setImmediate(() => page?.tell(channel, details));
  }

  /** What a frame sends to the main process: the page itself unless told otherwise. */
  hear(channel: string, message: unknown, ports: readonly PortMain[], from?: Frame | null): void {
    const { protocol, host } = new URL(this.address);
    const itself: Frame = { origin: `${protocol}//${host}`, parent: null };
    const senderFrame = from === undefined ? strict('senderFrame', itself) : from;
    const event = strict('event', { sender: this.face, senderFrame, ports });
    setImmediate(() => this.#machine.ipcMain.emit(channel, event, message));
  }

  #passes(name: string, details: object): boolean {
    const event = preventable(details);
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}

type Doubled = 'focus' | 'hide' | 'isDestroyed' | 'isMinimized' | 'loadURL' | 'restore' | 'show';

export class WindowDouble extends StrictEmitter implements Pick<BrowserWindow, Doubled> {
  readonly options: BrowserWindowConstructorOptions;
  readonly contents: ContentsDouble;
  readonly webContents: ContentsDouble;
  visible: boolean;
  focused = false;
  minimized = false;
  readonly #machine: Machine;
  #destroyed = false;

  constructor(machine: Machine, options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', windowEvents);
    machine.app.requireReady('BrowserWindow');
    const { sandbox, contextIsolation, nodeIntegration, preload } = options.webPreferences ?? {};
    if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false || preload === undefined) {
      throw new Error(
        'the double of electron has only pages in a sandbox, with a preload script of their own',
      );
    }
    this.#machine = machine;
    this.options = options;
    this.visible = options.show ?? true;
    this.contents = new ContentsDouble(machine, preload);
    this.webContents = this.contents.face;
    machine.windows.push(this);
    machine.app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    await this.contents.load(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.visible = true;
  }

  hide(): void {
    this.visible = false;
  }

  focus(): void {
    this.focused = true;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** A person closes it, or the application quits. */
  disappear(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.contents.unload();
    this.emit('closed');
    if (this.#machine.windows.every((window) => window.isDestroyed()))
      this.#machine.app.emit('window-all-closed');
  }
}
