import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ForwardSecrets } from '../../../shared/forward-secrets.ts';
import { DeliveryFailure, socketFailure } from './delivery-failure.ts';

/** The other end of a connection, and how it is recognised. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** PEM; null: the authorities that come with the program. */
  readonly ca: string | null;
  /** As in RFC 5425 section 4.2.2; where there are any, they alone decide. */
  readonly fingerprints: readonly string[];
  readonly client: ForwardSecrets['client'];
}

/**
 * A connection over which nothing was sent yet, to somebody who was recognised. Errors: DeliveryFailure, the signal's reason.
 */
export async function openConnection(peer: Peer, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = begin(peer);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(peer.secure ? 'secureConnect' : 'connect', resolve);
      socket.once('error', (error) => reject(socketFailure(error, 'unreachable')));
      socket.once('close', () => reject(new DeliveryFailure('unreachable', 'closed')));
      socket.setTimeout(timeoutMs, () => reject(new DeliveryFailure('timeout', 'connect')));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    if (peer.secure) requirePinned(socket as TLSSocket, peer.fingerprints);
  } catch (error) {
    socket.on('error', () => undefined); // of what is given up
    socket.destroy();
    throw error;
  }
  socket.removeAllListeners('close').removeAllListeners('error').removeAllListeners('timeout').setTimeout(0);
  return socket;
}

function begin({ host, port, secure, ca, fingerprints, client }: Peer): Socket {
  if (!secure) return connectPlain({ host, port, noDelay: true });
  return connectTls({
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
    ...(client === undefined ? {} : { key: client.key, cert: client.certificate }),
    minVersion: 'TLSv1.2',
    // a pinned certificate is looked at before anything is sent, and may be signed by itself
    rejectUnauthorized: fingerprints.length === 0,
  });
}

function requirePinned(socket: TLSSocket, fingerprints: readonly string[]): void {
  if (fingerprints.length === 0) return;
  const shown = `sha-256:${socket.getPeerCertificate().fingerprint256 ?? ''}`;
  if (!fingerprints.includes(shown)) throw new DeliveryFailure('wrong-certificate', shown);
}
