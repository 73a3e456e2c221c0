import type { App, RelaunchOptions } from 'electron';
import { preventable, StrictEmitter } from './strict.ts';

const events = [
  'before-quit',
  'certificate-error',
  'quit',
  'second-instance',
  'web-contents-created',
  'will-quit',
  'window-all-closed',
];

type Doubled =
  | 'enableSandbox'
  | 'exit'
  | 'getPath'
  | 'isPackaged'
  | 'quit'
  | 'relaunch'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setPath'
  | 'whenReady';

/** The application from its start to its end, in the order that Electron keeps. */
export class AppDouble extends StrictEmitter implements Pick<App, Doubled> {
  readonly isPackaged = false;
  readonly paths = new Map<string, string>();
  /** Another process of the same profile runs. */
  takenByAnother = false;
  sandboxed = false;
  userModelId: string | undefined;
  started = false;
  readonly relaunches: RelaunchOptions[] = [];
  readonly ended: Promise<number>;
  closeWindows: () => void = () => {};
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<number>();
  #over = false;

  constructor() {
    super('app', events);
    this.ended = this.#ended.promise;
  }

  /** The rest of Electron has started. */
  becomeReady(): void {
    this.started = true;
    this.#ready.resolve();
  }

  requireReady(what: string): void {
    if (!this.started) throw new Error(`${what} can only be used once the application is ready`);
  }

  requireNotReady(what: string): void {
    if (this.started) throw new Error(`${what} has to come before the application is ready`);
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  enableSandbox(): void {
    this.requireNotReady('app.enableSandbox');
    this.sandboxed = true;
  }

  getPath(name: Parameters<App['getPath']>[0]): string {
    const path = this.paths.get(name);
    if (path === undefined) throw new Error(`the double of electron has no path ${name}`);
    return path;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  /** Electron has it on Windows only. */
  setAppUserModelId(id: string): void {
    if (process.platform !== 'win32') throw new TypeError('app.setAppUserModelId is not a function');
    this.userModelId = id;
  }

  requestSingleInstanceLock(): boolean {
    return !this.takenByAnother;
  }

  /** After its end. */
  relaunch(options: RelaunchOptions = {}): void {
    this.relaunches.push(options);
  }

  quit(): void {
    if (this.#over) return;
    const event = preventable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.closeWindows();
    this.emit('will-quit', preventable({}));
    this.exit(0);
  }

  exit(exitCode = 0): void {
    if (this.#over) return;
    this.#over = true;
    this.emit('quit', {}, exitCode);
    this.#ended.resolve(exitCode);
  }
}
