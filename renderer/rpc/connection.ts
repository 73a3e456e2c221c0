import type { ClientLink } from '@orpc/client';
import { disconnected, type Failure, toFailure } from './failure.ts';
import type { OpenWire, Wire } from './transport.ts';

export type ConnectionState = 'connecting' | 'connected' | 'lost';

export interface ConnectionHooks {
  /** Asks the person for a fresh proof; true when it was given, and the call is then made again. */
  stepUp(): Promise<boolean>;
  /** A call found that nobody is signed in (any more). */
  unauthenticated(): void;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;
/** How long a call waits for a connection before it fails. */
const patienceMs = 4_000;

/**
 * The way to the core that mends itself: a lost connection is opened again, with growing pauses. Calls wait a little
 * for it; what was under way when it broke fails with UNAVAILABLE, since it may or may not have happened.
 */
export class Connection implements ClientLink<Record<never, never>> {
  readonly #open: OpenWire;
  readonly #hooks: ConnectionHooks;
  readonly #listeners = new Set<() => void>();
  /** From the first call on: before, the host may not have let this page in. */
  #wire: Promise<Wire> | undefined;
  #state: ConnectionState = 'connecting';
  #ended = false;

  constructor(open: OpenWire, hooks: ConnectionHooks) {
    this.#open = open;
    this.#hooks = hooks;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async call(...[path, input, options]: Parameters<Wire['link']['call']>): Promise<unknown> {
    try {
      return await this.#attempt(path, input, options);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.code === 'STEP_UP_REQUIRED' && (await this.#hooks.stepUp())) {
        return await this.#attempt(path, input, options).catch((again: unknown) => {
          throw toFailure(again);
        });
      }
      if (isEndOfSession(failure, path)) this.#hooks.unauthenticated();
      throw failure;
    }
  }

  close(): void {
    this.#ended = true;
    void this.#wire?.then((wire) => wire.close());
  }

  async #attempt(...[path, input, options]: Parameters<Wire['link']['call']>): Promise<unknown> {
    const wire = await this.#soon();
    let open = true;
    void wire.closed.then(() => {
      open = false;
    });
    try {
      return await wire.link.call(path, input, options);
    } catch (error) {
      throw open || options.signal?.aborted ? error : disconnected(error);
    }
  }

  #soon(): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(disconnected()), patienceMs);
      this.#wire ??= this.#connect();
      void this.#wire.then((wire) => {
        clearTimeout(timer);
        resolve(wire);
      });
    });
  }

  async #connect(): Promise<Wire> {
    for (let pause = firstRetryMs; ; pause = Math.min(pause * 2, longestRetryMs)) {
      try {
        const wire = await this.#open();
        this.#enter('connected');
        void wire.closed.then(() => this.#lost());
        return wire;
      } catch {
        // said by the state; tried again until the page is gone
        this.#enter('lost');
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  #lost(): void {
    if (this.#ended) return;
    this.#enter('lost');
    this.#wire = this.#connect();
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** A wrong passphrase is not the end of a session. */
function isEndOfSession({ code }: Failure, [group, name]: readonly string[]): boolean {
  return code === 'UNAUTHENTICATED' && group !== 'setup' && name !== 'signIn';
}
