import type { Clock } from '../../../shared/clock.ts';
import type { ForwardDestination } from '../../../shared/contract/audit/forwarding.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Store, Transaction } from '../../storage/store.ts';

/** Why entries of the log do not get to a destination. */
interface StuckForwarding {
  readonly destinationId: Uuid;
  /** It refuses too much; single entries were set aside; the oldest that was not taken is older than an hour. */
  readonly kind: 'forwarding-stopped' | 'forwarding-dead-letters' | 'forwarding-behind';
}

export interface ForwardWatchParts {
  readonly control: Store;
  readonly clock: Clock;
  destinations(): Promise<readonly ForwardDestination[]>;
  /** Puts `begun` before people, and takes back what is not in `all` any more. */
  stuck(transaction: Transaction, all: readonly StuckForwarding[], begun: readonly StuckForwarding[]): void;
  report(error: unknown): void;
}

const everyMs = 60_000;
const longestLagMs = 3_600_000;

/** Looks every minute whether the log gets to its destinations, and tells people where it does not. */
export class ForwardWatch {
  readonly #parts: ForwardWatchParts;
  #timer: NodeJS.Timeout | undefined;
  /** Undefined before the first look: notices of an earlier process may be there. */
  #known: ReadonlySet<string> | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: ForwardWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), everyMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** What cannot be looked at is reported, and looked at again. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look()).catch((error) => this.#parts.report(error));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { control, clock, destinations, stuck } = this.#parts;
    const now = clock.now();
    const all = (await destinations()).flatMap((each) => stuckOf(each, now));
    const keys = new Set(all.map(keyOf));
    const known = this.#known;
    const begun = all.filter((each) => known?.has(keyOf(each)) !== true);
    if (begun.length === 0 && known?.size === keys.size) return;
    await control.write((transaction) => stuck(transaction, all, begun));
    this.#known = keys;
  }
}

function stuckOf({ id, problem, deadLetters, lag }: ForwardDestination, now: number): StuckForwarding[] {
  const kinds: StuckForwarding['kind'][] = [
    ...(problem?.reason === 'dead-letters-full' ? (['forwarding-stopped'] as const) : []),
    ...(deadLetters > 0 ? (['forwarding-dead-letters'] as const) : []),
    ...(lag.since !== null && now - Date.parse(lag.since) > longestLagMs
      ? (['forwarding-behind'] as const)
      : []),
  ];
  return kinds.map((kind) => ({ destinationId: id, kind }));
}

const keyOf = ({ destinationId, kind }: StuckForwarding) => `${kind} ${destinationId}`;
