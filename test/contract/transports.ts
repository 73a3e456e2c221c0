import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { serveConsole } from '../../main/hosts/console/serve-console.ts';
import { socketAddress } from '../../main/hosts/socket/address.ts';
import { connectSocket } from '../../main/hosts/socket/client.ts';
import { serveSocket } from '../../main/hosts/socket/server.ts';
import { isWindowFrame } from '../../main/hosts/transport/frame.ts';
import { serveMessagePort } from '../../main/hosts/transport/serve-message-port.ts';
import { WindowSession } from '../../main/hosts/window/window-session.ts';
import { type ClientSession, type HoldfastClient, inProcessClient } from '../../main/rpc/client.ts';
import type { ErrorLog } from '../../main/rpc/errors.ts';
import type { CallContext } from '../../main/rpc/guard.ts';
import { createRouter, type HoldfastRouter } from '../../main/rpc/router.ts';
import type { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';
import { systemClock } from '../../shared/clock.ts';
import { PortMain } from '../doubles/message-port-main.ts';

export interface Connection {
  readonly client: HoldfastClient;
  /** Stays without token where the host keeps it for its window. */
  readonly session: ClientSession;
  close(): Promise<void>;
}

/** A way in that is being served. */
export interface Served {
  connect(): Promise<Connection>;
  close(): Promise<void>;
}

export interface Transport {
  /** `workFolder`: for what it needs outside the data folder. */
  serve(suite: EnterpriseSuite, dataFolder: string, workFolder: string): Promise<Served>;
}

/** Whatever lies between a caller and the core: the same suite has to hold over each (`over-<name>.test.ts`). */
export const transports = {
  'in-process': {
    async serve(suite) {
      const router = createRouter(suite);
      return {
        async connect() {
          const session: ClientSession = {};
          return { client: inProcessClient(router, session), session, close: async () => {} };
        },
        close: async () => {},
      };
    },
  },
  'local-socket': {
    async serve(suite, dataFolder, workFolder) {
      const address = socketAddress(dataFolder, { XDG_RUNTIME_DIR: workFolder });
      const server = await serveSocket(createRouter(suite), address);
      return { connect: () => connectSocket(address), close: () => server.close() };
    },
  },
  websocket: {
    async serve(suite, dataFolder) {
      const assets = { page: '', files: new Map() };
      const { errors } = suite;
      const router = createRouter(suite);
      const served = await serveConsole({ router, errors, clock: systemClock, assets, dataFolder });
      return { connect: () => connectBrowser(served.newLink()), close: () => served.close() };
    },
  },
  'message-port': {
    async serve(suite) {
      const router = createRouter(suite);
      return { connect: () => openWindow(router, suite.errors), close: async () => {} };
    },
  },
} satisfies Readonly<Record<string, Transport>>;

/** A browser of its own for each: it enters with a link, and is known by its cookie. */
async function connectBrowser(link: string): Promise<Connection> {
  const { origin, host, hash } = new URL(link);
  const entered = await fetch(`${origin}/enter`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ link: hash.slice(1) }),
  });
  const [cookie = ''] = (entered.headers.get('set-cookie') ?? '').split(';');
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const client: HoldfastClient = createORPCClient(new SocketLink({ websocket: socket }));
  return { client, session: {}, close: async () => socket.close() };
}

/** A window of its own for each, with its end of a channel. */
async function openWindow(router: HoldfastRouter, errors: ErrorLog): Promise<Connection> {
  const window = new WindowSession(router, errors);
  const handler = new PortHandler<CallContext>(router, {
    interceptors: [({ next, ...call }) => next({ ...call, context: window.context() })],
  });
  const { port1: page, port2: host } = new MessageChannel();
  serveMessagePort(handler, new PortMain(host), isWindowFrame);
  const client: HoldfastClient = createORPCClient(new PortLink({ port: page }));
  page.start();
  return { client, session: {}, close: async () => page.close() };
}
