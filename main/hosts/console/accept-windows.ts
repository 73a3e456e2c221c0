import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { CallContext } from '../../rpc/guard.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';
import { isWindowFrame, largestFrame } from '../transport/frame.ts';
import { serveWebSocket } from '../transport/serve-websocket.ts';
import type { WindowSession } from '../window/window-session.ts';
import { objectionTo, refusals } from './own-requests.ts';

const goingAway = 1001;
const farewellMs = 1_000;

/** Lets pages of known browsers call the contract over WebSocket at `/rpc`; each is closed when its browser is known no longer. */
export function acceptWindows(
  http: Server,
  router: HoldfastRouter,
  windowOf: (cookie: string | undefined) => WindowSession | null,
): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestFrame, perMessageDeflate: false });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const objection = objectionTo('GET', request.headers, true);
    if (objection !== undefined) {
      refuse(stream, refusals[objection][0]);
      return;
    }
    if (request.url !== '/rpc') {
      refuse(stream, 404);
      return;
    }
    const window = windowOf(request.headers.cookie);
    if (window === null) {
      refuse(stream, 401);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      serveWebSocket(handlerOf(router, window), socket, isWindowFrame);
      const forget = window.onEnd(() => socket.close(goingAway, 'this browser is no longer known'));
      socket.once('close', forget);
    });
  });
  return sockets;
}

/** Ends every connection, those that do not listen after a second. */
export async function closeWindows(http: Server, sockets: WebSocketServer): Promise<void> {
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

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function handlerOf(router: HoldfastRouter, window: WindowSession): RPCHandler<CallContext> {
  return new RPCHandler<CallContext>(router, {
    interceptors: [({ next, ...call }) => next({ ...call, context: window.context() })],
  });
}
