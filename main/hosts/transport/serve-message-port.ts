import { EventEmitter } from 'node:events';
import type { RPCHandler } from '@orpc/server/message-port';
import type { CallContext } from '../../rpc/guard.ts';
import type { FrameCheck } from './frame.ts';

/** A MessagePort as the main process of the desktop has it. */
export interface Port {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/**
 * Hands well-formed messages of a port to the contract; the first other one closes it. Answers how to close it from here, which
 * ends the calls that are under way on it.
 */
export function serveMessagePort(
  handler: RPCHandler<CallContext>,
  port: Port,
  isFrame: FrameCheck,
): () => void {
  const well = new EventEmitter();
  let open = true;
  const end = () => {
    if (!open) return;
    open = false;
    port.close();
    well.emit('close');
  };
  handler.upgrade(
    {
      on: (event, listener) => void well.on(event, listener),
      postMessage: (message: unknown) => {
        if (open) port.postMessage(message);
      },
    },
    { context: {} },
  );
  port.on('close', end);
  port.on('message', ({ data }) => {
    if (!open) return;
    if (isFrame(data)) well.emit('message', { data });
    else end();
  });
  port.start();
  return end;
}
