import type { ForwardSecrets } from '../../../shared/forward-secrets.ts';
import type { ForwardContent, ForwardFormat, ForwardPlace } from '../../../shared/forwarding.ts';
import type { Batch, BatchLimits } from './outgoing.ts';
import type { SyslogOrigin } from './syslog-message.ts';

/** A way to one destination. */
export interface Transport {
  readonly limits: BatchLimits;
  /**
   * Ends when the other side has taken every entry. Errors: DeliveryFailure (send all of it again), EntriesRefused, the
   * signal's reason.
   */
  send(batch: Batch, signal: AbortSignal): Promise<void>;
  /** Sends what is no entry. Errors: as `send`. */
  test(time: number, signal: AbortSignal): Promise<void>;
}

export interface TransportTiming {
  /** Milliseconds for a connection with its handshake. */
  readonly connectMs: number;
  /** Milliseconds without any progress, or without an answer. */
  readonly silenceMs: number;
  /** Milliseconds that a syslog server has to close a connection that was ended. */
  readonly closeMs: number;
}

export const usualTiming: TransportTiming = { connectMs: 10_000, silenceMs: 30_000, closeMs: 10_000 };

/** What a transport has to know of its destination. */
export interface Route {
  readonly destinationId: string;
  readonly place: ForwardPlace;
  readonly ca: string | null;
  readonly fingerprints: readonly string[];
  readonly format: ForwardFormat;
  readonly what: ForwardContent;
  readonly maximumBytes: number;
  readonly secrets: ForwardSecrets;
  readonly origin: SyslogOrigin;
  readonly timing: TransportTiming;
}
