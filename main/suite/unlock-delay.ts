import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { delayAfter } from '../auth/sign-in-delay.ts';

/** Slows the guessing of the passphrase that opens an installation, as signing in does; kept in this process only. */
export class UnlockDelay {
  readonly #clock: Clock;
  #failures = 0;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws UNAUTHENTICATED with data.retryAfterMs while further attempts are refused. */
  requireOver(): void {
    const wait = this.#until - this.#clock.monotonicMicros() / 1_000;
    if (wait > 0) throw refusal(wait);
  }

  /** What a failed attempt is answered with. */
  after(refused: HoldfastError): HoldfastError {
    this.#failures += 1;
    const wait = delayAfter(this.#failures);
    this.#until = this.#clock.monotonicMicros() / 1_000 + wait;
    return wait > 0 ? refusal(wait) : refused;
  }
}

function refusal(waitMs: number): HoldfastError {
  const retryAfterMs = Math.ceil(waitMs);
  return new HoldfastError(
    'UNAUTHENTICATED',
    `No passphrase of this installation fits. Wait ${Math.ceil(waitMs / 1_000)} s before the next attempt.`,
    { retryAfterMs },
  );
}
