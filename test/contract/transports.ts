import { socketAddress } from '../../main/hosts/socket/address.ts';
import { connectSocket } from '../../main/hosts/socket/client.ts';
import { serveSocket } from '../../main/hosts/socket/server.ts';
import { type ClientSession, type HoldfastClient, inProcessClient } from '../../main/rpc/client.ts';
import { createRouter } from '../../main/rpc/router.ts';
import type { EnterpriseSuite } from '../../main/suite/enterprise-suite.ts';

export interface Connection {
  readonly client: HoldfastClient;
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
} satisfies Readonly<Record<string, Transport>>;
