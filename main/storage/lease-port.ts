import type { MessagePort } from 'node:worker_threads';
import { type CarriedError, carry, uncarry } from '../jobs/worker-message.ts';
import type { OutboxBound, OutboxState } from './outbox.ts';
import type { Lease } from './store.ts';

/** A store as a worker thread is handed it; `port` asks the owner for turns. */
export interface SharedStore {
  readonly file: string;
  readonly name: string;
  readonly rawDescriptor: number;
  readonly erasable: boolean;
  readonly derived: boolean;
  readonly outboxBound: OutboxBound;
  readonly port: MessagePort;
}

/** A lease as the owner of a store holds it. */
export interface OwnLease extends Lease {
  /** For a holder that died: releases once what it had begun is undone. */
  abandon(): Promise<void>;
}

/** What lends turns to a worker. */
export interface Lender {
  readonly outboxState: OutboxState;
  lease(label: string): Promise<OwnLease>;
}

type Request = { readonly kind: 'acquire'; readonly label: string } | { readonly kind: 'release' };
type Reply =
  | { readonly kind: 'granted'; readonly outbox: OutboxState }
  | { readonly kind: 'refused'; readonly error: CarriedError };

/** Serves one worker, one lease at a time. Answers when the worker's end is closed, by it or by its death. */
export function serveLeases(lender: Lender, port: MessagePort): Promise<void> {
  let held: OwnLease | undefined;
  let closed = false;
  const acquire = async (label: string) => {
    try {
      const lease = await lender.lease(label);
      if (closed) {
        lease.release();
        return;
      }
      held = lease;
      port.postMessage({ kind: 'granted', outbox: lender.outboxState } satisfies Reply);
    } catch (error) {
      port.postMessage({ kind: 'refused', error: carry(error) } satisfies Reply);
    }
  };
  port.on('message', (request: Request) => {
    if (request.kind === 'acquire') {
      void acquire(request.label);
      return;
    }
    held?.release();
    held = undefined;
  });
  port.unref();
  return new Promise((resolve) => {
    port.on('close', () => {
      closed = true;
      void (held?.abandon() ?? Promise.resolve()).then(resolve);
    });
  });
}

/** A worker's way to turns in the owner's queue. One at a time. */
export interface Borrower {
  /** Waits for the turn. Answers the outbox as the owner knows it. Rejects as `Store.lease` does. */
  acquire(label: string): Promise<OutboxState>;
  release(): void;
  close(): void;
}

export function borrowLeases(port: MessagePort): Borrower {
  let waiting: { resolve: (outbox: OutboxState) => void; reject: (error: unknown) => void } | undefined;
  port.on('message', (reply: Reply) => {
    port.unref();
    const asked = waiting;
    waiting = undefined;
    if (reply.kind === 'granted') asked?.resolve(reply.outbox);
    else asked?.reject(uncarry(reply.error));
  });
  port.unref();
  return {
    acquire: (label) =>
      new Promise((resolve, reject) => {
        if (waiting !== undefined) throw new TypeError('one lease at a time');
        waiting = { resolve, reject };
        port.ref();
        port.postMessage({ kind: 'acquire', label } satisfies Request);
      }),
    release: () => port.postMessage({ kind: 'release' } satisfies Request),
    close: () => port.close(),
  };
}
