import type { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { CallContext } from '../../rpc/guard.ts';
import type { FrameCheck } from './frame.ts';

/** RFC 6455 section 7.4.1: a kind of data that is not accepted. */
const unsupported = 1003;

/** Hands well-formed messages of a socket to the contract; the first other one ends the connection. */
export function serveWebSocket(
  handler: RPCHandler<CallContext>,
  socket: WebSocket,
  isFrame: FrameCheck,
): void {
  socket.on('error', () => socket.terminate());
  void handler.upgrade(
    {
      send: (data: string | Uint8Array) => {
        if (socket.readyState === socket.OPEN) socket.send(data);
      },
      addEventListener: (type: string, listener: (event: never) => void) => {
        if (type === 'close') socket.on('close', () => listener({} as never));
        if (type !== 'message') return;
        socket.on('message', (data, isBinary) => {
          // what lies behind a message that ended the connection still arrives
          if (socket.readyState !== socket.OPEN) return;
          const message = isBinary ? undefined : data.toString();
          if (isFrame(message)) listener({ data: message } as never);
          else socket.close(unsupported, 'not a message of the protocol');
        });
      },
    } as Pick<WebSocket, 'addEventListener' | 'send'>,
    { context: {} },
  );
}
