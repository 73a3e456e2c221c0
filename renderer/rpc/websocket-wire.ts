import { RPCLink } from '@orpc/client/websocket';
import type { Wire } from './transport.ts';

/** The console in a browser: a WebSocket to the host that served this page. */
export function openWebSocketWire(): Promise<Wire> {
  const address = new URL('/rpc', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  const link = new RPCLink({ websocket: socket });
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve(), { once: true });
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve({ link, closed, close: () => socket.close() }), {
      once: true,
    });
    socket.addEventListener('error', () => reject(new Error('no connection to the core')), { once: true });
  });
}
