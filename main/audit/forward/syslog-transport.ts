import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ForwardPlace } from '../../../shared/forwarding.ts';
import { DeliveryFailure, EntriesRefused, socketFailure } from './delivery-failure.ts';
import type { Batch } from './outgoing.ts';
import { openConnection, type Peer } from './peer-connection.ts';
import { framed, syslogMessage, testMessage } from './syslog-message.ts';
import type { Route, Transport } from './transport.ts';

/** Entries that are written down between two turns of the event loop. */
const slice = 50;

/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425). The protocol acknowledges nothing, so each batch has a connection of its own: a server
 * closes its side of one that was ended when it has read all of it, and a batch without that sign is sent again.
 */
export class SyslogTransport implements Transport {
  readonly limits = { entries: 500, bytes: 1 << 20 };
  readonly #route: Route;
  readonly #peer: Peer;
  /** The server did not close the last connection that was ended. */
  #keepsOpen = false;

  constructor(route: Route, { kind, host, port }: Extract<ForwardPlace, { port: number }>) {
    this.#route = route;
    const { ca, fingerprints, secrets } = route;
    this.#peer = { host, port, secure: kind === 'syslog-tls', ca, fingerprints, client: secrets.client };
  }

  async send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { format, origin, maximumBytes } = this.#route;
    const messages: Buffer[] = [];
    for (const [at, entry] of batch.entries.entries()) {
      const message = syslogMessage(entry, format, origin);
      if (message.length > maximumBytes) throw new EntriesRefused('too-large', `${message.length}`, true);
      messages.push(framed(message));
      if (at % slice === slice - 1) await nextTurn();
    }
    await this.#exchange(messages, signal);
  }

  async test(time: number, signal: AbortSignal): Promise<boolean> {
    return await this.#exchange([framed(testMessage(time, this.#route.origin))], signal);
  }

  /** Answers whether the server closed its side. One that never does is believed from the second time on, or nothing would get on. */
  async #exchange(frames: readonly Buffer[], signal: AbortSignal): Promise<boolean> {
    const { timing } = this.#route;
    const socket = await openConnection(this.#peer, timing.connectMs, signal);
    try {
      const conversation = new Conversation(socket, signal, timing.silenceMs);
      for (const frame of frames) await conversation.write(frame);
      const closed = await conversation.end(timing.closeMs);
      if (!closed && !this.#keepsOpen) {
        this.#keepsOpen = true;
        throw new DeliveryFailure('unconfirmed');
      }
      this.#keepsOpen = !closed;
      return closed;
    } finally {
      socket.destroy();
    }
  }
}

/** One connection from its first byte to the other side's last. */
class Conversation {
  readonly #socket: Socket;
  readonly #lost: Promise<never>;
  readonly #closed: Promise<true>;
  #ended = false;

  constructor(socket: Socket, signal: AbortSignal, silenceMs: number) {
    this.#socket = socket;
    const { promise: lost, reject } = Promise.withResolvers<never>();
    const { promise: closed, resolve } = Promise.withResolvers<true>();
    lost.catch(() => undefined); // whoever waits is told
    this.#lost = lost;
    this.#closed = closed;
    socket.on('error', (error) => reject(socketFailure(error, 'connection-lost')));
    socket.on('end', () => (this.#ended ? resolve(true) : reject(new DeliveryFailure('connection-lost'))));
    socket.on('close', () => reject(new DeliveryFailure('connection-lost')));
    socket.setTimeout(silenceMs, () => reject(new DeliveryFailure('timeout', 'write')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    socket.resume(); // a server has nothing to say
  }

  async write(frame: Buffer): Promise<void> {
    if (this.#socket.write(frame)) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.#lost]);
  }

  /** Answers whether the other side closed its side after ours. */
  async end(closeMs: number): Promise<boolean> {
    const finished = new Promise<void>((resolve) =>
      this.#socket.end(() => {
        this.#ended = true;
        resolve();
      }),
    );
    await Promise.race([finished, this.#lost]);
    const { promise: silent, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), closeMs);
    try {
      return await Promise.race([this.#closed, this.#lost, silent]);
    } finally {
      clearTimeout(timer);
    }
  }
}
