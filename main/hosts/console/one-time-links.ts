import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';

const validMs = 10 * 60_000;
const mostOpen = 8;
const mostWrong = 100;

interface Link {
  readonly digest: Uint8Array;
  /** By the monotonic clock, in microseconds. */
  readonly until: number;
}

/**
 * Secrets that let one browser in, once, within ten minutes. 256 random bits each; only their SHA-256 is kept. Whoever guesses
 * a hundred times closes all that are open: a new one has to be asked for at the host then.
 */
export class OneTimeLinks {
  readonly #clock: Clock;
  #open: Link[] = [];
  #wrong = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new secret, 43 characters of base64url; the oldest gives way when many were made and never used. */
  make(): string {
    const secret = randomBytes(32).toString('base64url');
    const until = this.#clock.monotonicMicros() + validMs * 1_000;
    this.#open = [...this.#open.slice(1 - mostOpen), { digest: digestOf(secret), until }];
    this.#wrong = 0;
    return secret;
  }

  /** Whether it lets in; then it never does again. */
  use(secret: string): boolean {
    const now = this.#clock.monotonicMicros();
    const digest = digestOf(secret);
    const found = this.#open.find((link) => timingSafeEqual(link.digest, digest));
    this.#open = this.#open.filter((link) => link !== found && link.until > now);
    if (found === undefined) this.#wrong += 1;
    if (this.#wrong >= mostWrong) this.#open = [];
    return found !== undefined && found.until > now;
  }
}

function digestOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
