import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { HoldfastError } from '../../../shared/errors.ts';
import type { CallContext } from '../../rpc/guard.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';
import { bearer, isFrame, largestFrame } from '../transport/frame.ts';
import { serveWebSocket } from '../transport/serve-websocket.ts';
import type { SocketAddress } from './address.ts';
import { makePrivateFolder } from './private-folder.ts';
import { isToken, tokenHeader, writeToken } from './token.ts';

/** Where a console's links can be asked for. */
export const linkPath = '/link';

export interface SocketExtras {
  /** A new one-time link to the console that the same process serves. */
  readonly newLink?: () => string;
}

export interface SocketServer {
  /** Refuses new callers, ends the connected ones, takes the socket away. */
  close(): Promise<void>;
}

const mostConnections = 64;
const handshakeMs = 5_000;
const farewellMs = 1_000;
const goingAway = 1001;

/**
 * Answers local commands for the process that owns the data folder. Only the folder's own user gets as far as
 * the handshake, only readers of the data folder past it, and then each call needs its session like any other.
 * LOCKED when a living process listens there already.
 */
export async function serveSocket(
  router: HoldfastRouter,
  address: SocketAddress,
  { newLink }: SocketExtras = {},
): Promise<SocketServer> {
  if (address.folder !== null) {
    makePrivateFolder(address.folder);
    await removeStaleSocket(address.path);
  }
  const token = randomBytes(32).toString('base64url');
  const http = createServer({
    maxHeaderSize: 8_192,
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    connectionsCheckingInterval: 1_000,
  });
  http.maxConnections = mostConnections;
  http.on('request', (request, response) => {
    const asksForLink = request.method === 'POST' && request.url === linkPath && mayCall(request, token);
    if (newLink === undefined || !asksForLink) response.writeHead(426, { connection: 'close' }).end();
    else response.writeHead(200, { connection: 'close', 'content-type': 'text/plain' }).end(newLink());
  });
  const sockets = acceptCallers(http, router, token);

  await listen(http, address);
  await writeToken(address.tokenFile, token);
  return {
    async close() {
      await rm(address.tokenFile, { force: true });
      await closeAll(http, sockets);
    },
  };
}

function acceptCallers(http: Server, router: HoldfastRouter, token: string): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestFrame,
    perMessageDeflate: false,
  });
  const handler = new RPCHandler<CallContext>(router, {
    interceptors: [
      ({ next, ...call }) =>
        next({ ...call, context: { sessionToken: bearer(call.request.headers.authorization) } }),
    ],
  });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    if (!mayCall(request, token)) {
      stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serveWebSocket(handler, socket, isFrame));
  });
  return sockets;
}

/** Whoever could read the data folder; no page of a browser can. */
function mayCall({ headers }: IncomingMessage, token: string): boolean {
  return headers.origin === undefined && isToken(token, headers[tokenHeader]);
}

function listen(http: Server, { path, folder }: SocketAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const data = { syscall: cause.syscall ?? 'listen', errno: cause.code ?? 'unknown' };
      reject(new HoldfastError('IO', 'The local socket cannot be opened.', data, { cause }));
    });
    http.listen(path, () => {
      if (folder !== null) chmodSync(path, 0o600);
      resolve();
    });
  });
}

/** A socket file outlives a killed process; it goes once nobody answers on it. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (alive) {
    throw new HoldfastError('LOCKED', 'Another process already answers local commands for this folder.', {
      holder: { socket: path },
    });
  }
  unlinkSync(path);
}

async function closeAll(http: Server, sockets: WebSocketServer): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  for (const socket of sockets.clients) socket.close(goingAway, 'the owner stops');
  const force = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
  }, farewellMs);
  await closed;
  clearTimeout(force);
}
