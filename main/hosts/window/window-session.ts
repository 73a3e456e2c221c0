import { HoldfastError } from '../../../shared/errors.ts';
import type { Role } from '../../../shared/roles.ts';
import { type HoldfastClient, inProcessClient } from '../../rpc/client.ts';
import { type ErrorLog, fromTransportError } from '../../rpc/errors.ts';
import type { CallContext } from '../../rpc/guard.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';

/** Who is signed in at one window or browser. Its page never sees the token: the host keeps it here. */
export class WindowSession {
  readonly #router: HoldfastRouter;
  readonly #errors: ErrorLog;
  readonly #onEnd = new Set<() => void>();
  #token: string | null = null;
  #ended = false;

  constructor(router: HoldfastRouter, errors: ErrorLog) {
    this.#router = router;
    this.#errors = errors;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What a call of this window goes with. */
  context(): CallContext {
    return { sessionToken: this.#token ?? undefined, keepSession: (token) => this.#keep(token) };
  }

  /** The contract, called as this window would call it. */
  get client(): HoldfastClient {
    return inProcessClient(this.#router, { token: this.#token });
  }

  /** Whether somebody is signed in here now. Errors: UNAVAILABLE (nobody can say so yet). */
  async isSignedIn(): Promise<boolean> {
    return (await this.role()) !== null;
  }

  /** Of whoever is signed in here now; null for nobody. Errors: UNAVAILABLE (nobody can say so yet). */
  async role(): Promise<Role | null> {
    if (this.#token === null) return null;
    try {
      const { role } = await this.client.auth.getSession({});
      return role;
    } catch (error) {
      if (isEndOfSession(error)) return null;
      throw fromTransportError(error);
    }
  }

  /** Signs out whoever is signed in: the machine sleeps, or its screen was locked. */
  async lock(): Promise<void> {
    const token = this.#token;
    this.#token = null;
    if (token !== null) await this.#signOut(token);
  }

  /** Calls `listener` once the window is gone; at once if it is already. Answers how to take that back. */
  onEnd(listener: () => void): () => void {
    if (this.#ended) listener();
    else this.#onEnd.add(listener);
    return () => this.#onEnd.delete(listener);
  }

  /** The window is gone: its session ends, and so does what hangs on it. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    for (const listener of this.#onEnd) listener();
    this.#onEnd.clear();
    await this.lock();
  }

  /** A fresh proof begins a session of its own; the one before it has served. Nobody signs in at a window that is gone. */
  #keep(token: string | null): void {
    const before = this.#token;
    this.#token = this.#ended ? null : token;
    if (before !== null && token !== null) void this.#signOut(before);
    if (this.#ended && token !== null) void this.#signOut(token);
  }

  async #signOut(token: string): Promise<void> {
    try {
      await inProcessClient(this.#router, { token }).auth.signOut({});
    } catch (error) {
      // an ended session is what was wanted
      if (!isEndOfSession(error)) this.#errors.report(error, 'window');
    }
  }
}

function isEndOfSession(error: unknown): boolean {
  const known = fromTransportError(error);
  return known instanceof HoldfastError && known.code === 'UNAUTHENTICATED';
}
