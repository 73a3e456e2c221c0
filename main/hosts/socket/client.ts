import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { HoldfastError } from '../../../shared/errors.ts';
import type { ClientSession, HoldfastClient } from '../../rpc/client.ts';
import type { SocketAddress } from './address.ts';
import { isPrivateFolder } from './private-folder.ts';
import { readToken, tokenHeader } from './token.ts';

export interface SocketConnection {
  readonly client: HoldfastClient;
  /** Calls carry its token once someone has signed in. */
  readonly session: ClientSession;
  close(): Promise<void>;
}

/** The owner is trusted, and a page of large documents may be large. */
const largestAnswer = 512 * 2 ** 20;
const handshakeMs = 5_000;

/**
 * Connects to the process that owns the data folder. UNAVAILABLE when nobody answers (yet), or when someone else
 * could be the one who does.
 */
export async function connectSocket(address: SocketAddress): Promise<SocketConnection> {
  if (address.folder !== null && !isPrivateFolder(dirname(address.path))) throw noAnswer();
  const token = await readToken(address.tokenFile);
  if (token === undefined) throw noAnswer();
  const socket = new WebSocket('ws://localhost/', {
    createConnection: () => connect(address.path),
    headers: { [tokenHeader]: token },
    perMessageDeflate: false,
    maxPayload: largestAnswer,
    handshakeTimeout: handshakeMs,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (cause) => reject(noAnswer(cause)));
  });
  socket.on('error', () => socket.terminate());

  const session: ClientSession = {};
  const link = new RPCLink({
    websocket: browserFace(socket),
    headers: () => (!session.token ? {} : { authorization: `Bearer ${session.token}` }),
    interceptors: [
      async ({ next }) => {
        try {
          return await next();
        } catch (error) {
          throw socket.readyState === WebSocket.OPEN ? error : ended(error);
        }
      },
    ],
  });
  const client: HoldfastClient = createORPCClient(link);
  return { client, session, close: () => close(socket) };
}

type LinkSocket = ConstructorParameters<typeof RPCLink>[0]['websocket'];

/** The four members the link uses, with the names a browser gives them. */
function browserFace(socket: WebSocket): LinkSocket {
  return {
    get readyState() {
      return socket.readyState;
    },
    send: (data: string | Uint8Array) => socket.send(data),
    removeEventListener: () => {},
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type === 'close') socket.on('close', () => listener({} as never));
      if (type === 'message') {
        socket.on('message', (data, isBinary) =>
          listener({ data: isBinary ? data : data.toString() } as never),
        );
      }
    },
  } as LinkSocket;
}

function close(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) {
      resolve();
      return;
    }
    const force = setTimeout(() => socket.terminate(), 1_000);
    socket.once('close', () => {
      clearTimeout(force);
      resolve();
    });
    socket.close();
  });
}

const noAnswer = (cause?: unknown) =>
  new HoldfastError(
    'UNAVAILABLE',
    'The process that owns the data folder does not answer on its socket.',
    {},
    {
      cause,
    },
  );

const ended = (cause: unknown) =>
  new HoldfastError(
    'UNAVAILABLE',
    'The process that owned the data folder ended before it answered. Look at `holdfast job list`, then repeat.',
    {},
    { cause },
  );
