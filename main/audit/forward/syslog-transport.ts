import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ForwardPlace } from '../../../shared/forwarding.ts';
import { DeliveryFailure, EntriesRefused, socketFailure } from './delivery-failure.ts';
import type { Batch } from './outgoing.ts';
import { openConnection, type Peer } from './peer-connection.ts';
import type { Route, Transport } from './route.ts';
import { framed, syslogMessage, testMessage } from './syslog-message.ts';

/** Entries that are written down between two turns of the event loop. */
const slice = 50;

/**
 * How long a server may take to look at a client's certificate, at least. One that refuses it closes the connection as
 * it closes one that it has read, so nothing is sent before.
 */
const refusalMs = 250;

/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425). The protocol acknowledges nothing, so each batch has a connection of its own: a server
 * closes its side of one that was ended when it has read all of it, and a batch without that sign is sent again.
 */
export class SyslogTransport implements Transport {
  readonly limits = { entries: 500, bytes: 1 << 20 };
  readonly #route: Route;
  readonly #peer: Peer;

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

  async test(time: number, signal: AbortSignal): Promise<void> {
    await this.#exchange([framed(testMessage(time, this.#route.origin))], signal);
  }

  async #exchange(frames: readonly Buffer[], signal: AbortSignal): Promise<void> {
    const { timing } = this.#route;
    const startedAt = performance.now();
    const socket = await openConnection(this.#peer, timing.connectMs, signal);
    const tookMs = performance.now() - startedAt;
    try {
      const conversation = new Conversation(socket, signal, timing.silenceMs);
      if (this.#peer.secure) await conversation.last(Math.max(refusalMs, 3 * tookMs));
      for (const frame of frames) await conversation.write(frame);
      await conversation.end(timing.closeMs);
    } finally {
      socket.destroy();
    }
  }
}

/** One connection from its first byte to the other side's last. */
class Conversation {
  readonly #socket: Socket;
  readonly #lost: Promise<never>;
  readonly #closed: Promise<void>;
  #ended = false;

  constructor(socket: Socket, signal: AbortSignal, silenceMs: number) {
    this.#socket = socket;
    const { promise: lost, reject } = Promise.withResolvers<never>();
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    lost.catch(() => undefined); // whoever waits is told
    this.#lost = lost;
    this.#closed = closed;
    socket.on('error', (error) => reject(socketFailure(error, 'connection-lost')));
    socket.on('end', () => (this.#ended ? resolve() : reject(new DeliveryFailure('connection-lost'))));
    socket.on('close', () => reject(new DeliveryFailure('connection-lost')));
    socket.setTimeout(silenceMs, () => reject(new DeliveryFailure('timeout', 'write')));
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    socket.resume(); // a server has nothing to say
  }

  /** Errors: DeliveryFailure (the other side closes meanwhile). */
  async last(milliseconds: number): Promise<void> {
    await Promise.race([sleep(milliseconds), this.#lost]);
  }

  async write(frame: Buffer): Promise<void> {
    if (this.#socket.write(frame)) return;
    await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.#lost]);
  }

  /** Waits for the other side to close its side after ours. */
  async end(closeMs: number): Promise<void> {
    const finished = new Promise<void>((resolve) =>
      this.#socket.end(() => {
        this.#ended = true;
        resolve();
      }),
    );
    await Promise.race([finished, this.#lost]);
    const { promise: silent, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new DeliveryFailure('unconfirmed')), closeMs);
    try {
      await Promise.race([this.#closed, this.#lost, silent]);
    } finally {
      clearTimeout(timer);
    }
  }
}
