import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading, Store } from '../../storage/store.ts';
import type { LogHead } from '../log-store.ts';
import { Delivery } from './delivery.ts';
import { type DestinationRow, readDestinations } from './destination-rows.ts';
import { requirePlace, type SecretKeeper, secretsFor } from './destination-secrets.ts';
import { type Pace, usualPace } from './pace.ts';
import { type Transport, type TransportTiming, usualTiming } from './route.ts';
import { transportOf } from './transport.ts';
import { readsLogOf } from './wanted.ts';

/** What forwarding needs of the suite. */
export interface ForwardingNeeds {
  readonly control: Store;
  readonly secrets: SecretKeeper;
  /** Of this machine. */
  readonly hostname: string;
  /** Told of what nobody foresaw. */
  readonly report: (error: unknown) => void;
  readonly pace?: Pace;
  readonly timing?: TransportTiming;
}

export interface DeliveriesParts extends ForwardingNeeds {
  readonly clock: Clock;
  readonly appVersion: string;
  /** Of every log; none while the log cannot be opened. */
  heads(): readonly LogHead[];
  /** audit.db. Throws UNAVAILABLE. */
  reading(): Reading;
}

/** What runs for the destinations: one delivery each, while they are enabled and the process is one that stays. */
export class Deliveries {
  readonly #parts: DeliveriesParts;
  readonly #running = new Map<Uuid, Delivery>();
  #started = false;

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#started = true;
    for (const row of readDestinations(this.#parts.control)) this.begin(row);
  }

  async stop(): Promise<void> {
    this.#started = false;
    const running = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(running.map((delivery) => delivery.stop()));
  }

  /** There are new entries. */
  wake(): void {
    for (const delivery of this.#running.values()) delivery.wake();
  }

  of(id: Uuid): Delivery | undefined {
    return this.#running.get(id);
  }

  begin(row: DestinationRow): void {
    if (!this.#started || !row.enabled || this.#running.has(row.id)) return;
    const { pace = usualPace } = this.#parts;
    const delivery = new Delivery(
      {
        ...this.#parts,
        pace,
        random: Math.random,
        heads: () => this.headsFor(row),
        transport: () => this.transport(row),
      },
      row,
    );
    this.#running.set(row.id, delivery);
    delivery.start();
  }

  async end(id: Uuid): Promise<void> {
    const delivery = this.#running.get(id);
    this.#running.delete(id);
    await delivery?.stop();
  }

  /** Of every log that goes there. */
  headsFor(destination: Pick<DestinationRow, 'tenantId' | 'what'>): readonly LogHead[] {
    return this.#parts.heads().filter(({ tenantId }) => readsLogOf(destination, tenantId));
  }

  /** Throws DeliveryFailure (secret-missing), VALIDATION (its address in control.db is none). */
  transport(row: DestinationRow): Transport {
    const { secrets, hostname, appVersion, timing = usualTiming } = this.#parts;
    const { id, ca, fingerprints, format, what, maximumBytes } = row;
    return transportOf({
      destinationId: id,
      place: requirePlace(row.address),
      ca,
      fingerprints,
      format,
      what,
      maximumBytes,
      secrets: secretsFor(secrets, row),
      origin: { hostname, appVersion },
      timing,
    });
  }
}
