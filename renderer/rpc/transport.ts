import type { ClientLink } from '@orpc/client';

/** One connection to the core, from its opening to its end. */
export interface Wire {
  readonly link: ClientLink<Record<never, never>>;
  /** Settles when the connection is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens connections to the core; rejects when none can be had now. */
export type OpenWire = () => Promise<Wire>;
