import type { DownloadItem, Session } from 'electron';
import { preventable, StrictEmitter, strict } from './strict.ts';

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0];
type DeviceHandler = Parameters<Session['setDevicePermissionHandler']>[0];
export type Permission = Parameters<NonNullable<RequestHandler>>[1];

type Doubled = 'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler';

/** Permissions and downloads of pages; without handlers all is granted, as in Electron. */
export class SessionDouble extends StrictEmitter implements Pick<Session, Doubled> {
  #request: RequestHandler = null;
  #check: CheckHandler = null;
  #device: DeviceHandler = null;

  constructor() {
    super('session', ['will-download']);
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: DeviceHandler): void {
    this.#device = handler;
  }

  /** Whether a frame gets a permission that it asks for. */
  asks(
    contents: object,
    permission: Permission,
    requestingUrl: string,
    isMainFrame = true,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#request === null) resolve(true);
      else this.#request(contents as never, permission, resolve, { requestingUrl, isMainFrame });
    });
  }

  /** Whether a page is told that it has a permission. */
  has(contents: object, permission: Permission, origin: string, isMainFrame = true): boolean {
    if (this.#check === null) return true;
    const details = { requestingUrl: origin, isMainFrame };
    return this.#check(contents as never, permission as never, origin, details);
  }

  /** Whether a page may use a device without being asked. */
  mayUse(deviceType: 'hid' | 'serial' | 'usb', origin: string): boolean {
    return this.#device?.({ deviceType, origin, device: {} as never }) ?? true;
  }

  /** Whether a download goes on. */
  downloads(address: string): boolean {
    const item = strict('DownloadItem', { getURL: () => address } satisfies Pick<DownloadItem, 'getURL'>);
    const event = preventable({});
    this.emit('will-download', event, item);
    return !event.defaultPrevented;
  }
}
