import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ErrorLog } from '../../rpc/errors.ts';
import type { CallContext } from '../../rpc/guard.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';
import { isWindowFrame, largestFrame } from '../transport/frame.ts';
import { serveWebSocket } from '../transport/serve-websocket.ts';
import type { Assets } from '../window/assets.ts';
import { Transfers } from '../window/transfers.ts';
import { windowApp } from '../window/window-app.ts';
import { WindowSession } from '../window/window-session.ts';
import { Browsers } from './browsers.ts';
import { addEntrance } from './enter.ts';
import { OneTimeLinks } from './one-time-links.ts';
import { objectionTo } from './own-requests.ts';

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

const address = '127.0.0.1';
const mostConnections = 256;
const headersMs = 10_000;
/** Also of an upload, which may be large. */
const requestMs = 2 * 3_600_000;
const farewellMs = 1_000;
const goingAway = 1001;

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
    socketOf: ({ headers }) => `ws://${headers.get('host') ?? address}`,
  });
  addEntrance(app, links, () => browsers.admit(new WindowSession(router, errors)));

  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const http = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      const objection = objectionTo(request.method ?? '', request.headers);
      if (objection === undefined) {
        void answer(request, response);
        return;
      }
      const [status, text] = refusals[objection];
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
    },
  );
  http.maxConnections = mostConnections;
  const sockets = acceptWindows(http, router, browsers);
  const port = await listen(http, options.port ?? 0);
  return {
    port,
    newLink: () => `http://${address}:${port}/enter#${links.make()}`,
    async close() {
      await browsers.close();
      await closeAll(http, sockets);
      transfers.close();
    },
  };
}

const refusals = {
  host: [421, 'This console answers only under the names of its own machine.'],
  origin: [403, 'This request comes from another site.'],
} as const;

function acceptWindows(http: Server, router: HoldfastRouter, browsers: Browsers): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const objection = objectionTo('GET', request.headers, true);
    const window = browsers.find(request.headers.cookie);
    const refused =
      objection !== undefined
        ? `${refusals[objection][0]} Refused`
        : request.url !== '/rpc'
          ? '404 Not Found'
          : window === null
            ? '401 Unauthorized'
            : undefined;
    if (refused !== undefined || window === null) {
      stream.end(`HTTP/1.1 ${refused}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.once(
        'close',
        window.onEnd(() => socket.close(goingAway, 'this browser is no longer known')),
      );
      serveWebSocket(handlerOf(router, window), socket, isWindowFrame);
    });
  });
  return sockets;
}

function handlerOf(router: HoldfastRouter, window: WindowSession): RPCHandler<CallContext> {
  return new RPCHandler<CallContext>(router, {
    interceptors: [({ next, ...call }) => next({ ...call, context: window.context() })],
  });
}

function listen(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'EADDRINUSE'
          ? `Port ${port} is taken. Choose another with --port, or leave it out for a free one.`
          : 'The console cannot listen on this machine.';
      const data = { syscall: cause.syscall ?? 'listen', errno: cause.code ?? 'unknown' };
      reject(new HoldfastError('IO', message, data, { cause }));
    });
    http.listen(port, address, () => resolve((http.address() as AddressInfo).port));
  });
}

async function closeAll(http: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  for (const socket of sockets.clients) socket.close(goingAway, 'the host stops');
  http.closeIdleConnections();
  const force = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
  }, farewellMs);
  await closed;
  clearTimeout(force);
}
