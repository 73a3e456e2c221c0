import { getRequestListener } from '@hono/node-server';
import type { Clock } from '../../../shared/clock.ts';
import type { ErrorLog } from '../../rpc/errors.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';
import type { Assets } from '../window/assets.ts';
import { Transfers } from '../window/transfers.ts';
import { windowApp } from '../window/window-app.ts';
import { WindowSession } from '../window/window-session.ts';
import { acceptWindows, closeWindows } from './accept-windows.ts';
import { Browsers } from './browsers.ts';
import { consoleListener, listenOnLoopback, loopbackAddress } from './console-listener.ts';
import { addEntrance } from './enter.ts';
import { OneTimeLinks } from './one-time-links.ts';

export interface ConsoleOptions {
  readonly router: HoldfastRouter;
  readonly errors: ErrorLog;
  readonly clock: Clock;
  readonly assets: Assets;
  readonly dataFolder: string;
  /** A free one by default. */
  readonly port?: number | undefined;
}

export interface ConsoleServer {
  readonly port: number;
  /** A new link that lets one browser in, once. */
  newLink(): string;
  close(): Promise<void>;
}

/**
 * Serves the console to browsers of this machine, on loopback only; from elsewhere it is reached through a tunnel. A browser
 * gets in with a one-time link and is known by its cookie then. Errors: IO (the port is taken).
 */
export async function serveConsole(options: ConsoleOptions): Promise<ConsoleServer> {
  const { router, errors, clock, assets, dataFolder } = options;
  const links = new OneTimeLinks(clock);
  const browsers = new Browsers(clock, dataFolder);
  const transfers = new Transfers();
  const app = windowApp({
    assets,
    transfers,
    errors,
    sessionOf: ({ headers }) => browsers.find(headers.get('cookie') ?? undefined),
    socketOf: ({ headers }) => `ws://${headers.get('host') ?? loopbackAddress}`,
    notifications: 'none',
  });
  addEntrance(app, links, () => browsers.admit(new WindowSession(router, errors)));

  const http = consoleListener(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const sockets = acceptWindows(http, router, (cookie) => browsers.find(cookie));
  const port = await listenOnLoopback(http, options.port ?? 0).catch((error: unknown) => {
    transfers.close();
    throw error;
  });
  return {
    port,
    newLink: () => `http://${loopbackAddress}:${port}/enter#${links.make()}`,
    async close() {
      await browsers.close();
      await closeWindows(http, sockets);
      transfers.close();
    },
  };
}
