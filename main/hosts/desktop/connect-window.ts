import { RPCHandler } from '@orpc/server/message-port';
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { CallContext } from '../../rpc/guard.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';
import { isWindowFrame } from '../transport/frame.ts';
import { serveMessagePort } from '../transport/serve-message-port.ts';
import type { WindowSession } from '../window/window-session.ts';
import { isOurPage } from './own-address.ts';

/** What the preload script sends its port on. */
const channel = 'holdfast:connect';

export interface WindowConnection {
  /** Takes no port any more and ends the one that is open. */
  close(): void;
}

/** Serves the contract on the port that our page sends; each new one, as after a reload, ends the one before. */
export function connectWindow(
  ipcMain: IpcMain,
  contents: WebContents,
  router: HoldfastRouter,
  session: WindowSession,
): WindowConnection {
  const handler = new RPCHandler<CallContext>(router, {
    interceptors: [({ next, ...call }) => next({ ...call, context: session.context() })],
  });
  let endLast = () => {};
  const connect = (event: IpcMainEvent) => {
    const [port] = event.ports;
    if (port === undefined || event.ports.length !== 1 || !isOurPage(event, contents)) {
      for (const refused of event.ports) refused.close();
      return;
    }
    endLast();
    endLast = serveMessagePort(handler, port, isWindowFrame);
  };
  ipcMain.on(channel, connect);
  return {
    close() {
      ipcMain.off(channel, connect);
      endLast();
    },
  };
}
