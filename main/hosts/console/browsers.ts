import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { WindowSession } from '../window/window-session.ts';

const lifetimeMs = 12 * 3_600_000;
const most = 64;

interface Browser {
  readonly session: WindowSession;
  /** By the monotonic clock, in microseconds. */
  readonly until: number;
  /** Ends what is still open then; a machine that slept may be late with it. */
  readonly timer: NodeJS.Timeout;
}

/**
 * Browsers that were let in, known by a cookie of 256 random bits whose SHA-256 is kept in memory only: another start of the
 * host knows none of them. The cookie's name differs by data folder, since cookies do not keep ports apart (RFC 6265, 8.5).
 */
export class Browsers {
  readonly #clock: Clock;
  readonly #name: string;
  readonly #known = new Map<string, Browser>();

  constructor(clock: Clock, dataFolder: string) {
    this.#clock = clock;
    this.#name = `holdfast-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 6)}`;
  }

  /** Lets one in and answers its cookie, as Set-Cookie has it; the one that has been in longest makes room. */
  admit(session: WindowSession): string {
    const secret = randomBytes(32).toString('base64url');
    const digest = digestOf(secret);
    const until = this.#clock.monotonicMicros() + lifetimeMs * 1_000;
    const timer = setTimeout(() => this.#remove(digest), lifetimeMs).unref();
    this.#known.set(digest, { session, until, timer });
    const [oldest] = this.#known.keys();
    if (this.#known.size > most && oldest !== undefined) this.#remove(oldest);
    return `${this.#name}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${lifetimeMs / 1_000}`;
  }

  /** The session of whoever sends this Cookie header. */
  find(header: string | undefined): WindowSession | null {
    for (const pair of (header ?? '').split(';')) {
      const [name, secret] = pair.trim().split('=', 2);
      if (name !== this.#name || secret === undefined) continue;
      const digest = digestOf(secret);
      const browser = this.#known.get(digest);
      if (browser === undefined) continue;
      if (browser.until > this.#clock.monotonicMicros()) return browser.session;
      this.#remove(digest);
    }
    return null;
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    const browsers = [...this.#known.values()];
    this.#known.clear();
    for (const { timer } of browsers) clearTimeout(timer);
    await Promise.all(browsers.map(({ session }) => session.end()));
  }

  #remove(digest: string): void {
    const browser = this.#known.get(digest);
    this.#known.delete(digest);
    clearTimeout(browser?.timer);
    void browser?.session.end();
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
