import { createHash } from 'node:crypto';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { ForwardDestination } from '../../../shared/contract/audit/forwarding.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { forwardAddress } from '../../../shared/forwarding.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { Deliveries, type DeliveriesParts } from './deliveries.ts';
import { DeliveryFailure, EntriesRefused } from './delivery-failure.ts';
import {
  type DestinationRow,
  deleteDestination,
  dropLetters,
  findDestination,
  insertDestination,
  markLettersDue,
  putCursor,
  readDestinations,
  readLetters,
  updateDestination,
} from './destination-rows.ts';
import { boundTo, requirePlace, requireUsable, secretNames } from './destination-secrets.ts';
import { destinationView } from './destination-view.ts';
import { ForwardWatch, type ForwardWatchParts } from './forward-watch.ts';
import type { Input, Output } from './inputs.ts';
import { readEntry } from './outgoing.ts';

export interface AuditForwarderParts extends DeliveriesParts {
  readonly ids: Ids;
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  readonly stuck: ForwardWatchParts['stuck'];
}

/** The log on its way to others that keep, search and watch it. It never waits for them. */
export class AuditForwarder {
  readonly #parts: AuditForwarderParts;
  readonly #deliveries: Deliveries;
  /** Tells people where entries do not get through. */
  readonly watch: ForwardWatch;

  constructor(parts: AuditForwarderParts) {
    this.#parts = parts;
    this.#deliveries = new Deliveries(parts);
    this.watch = new ForwardWatch({
      ...parts,
      destinations: async () => (await this.listDestinations()).items,
    });
  }

  /** For a process that stays: from now on entries are sent. */
  start(): void {
    this.#deliveries.start();
    this.watch.start();
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await this.#deliveries.stop();
  }

  /** There are new entries. */
  wake(): void {
    this.#deliveries.wake();
  }

  /** What `health` tells; undefined while everything gets through. */
  get problem(): string | undefined {
    const failing = readDestinations(this.#parts.control).flatMap((row) => {
      const problem = this.#deliveries.of(row.id)?.problem;
      return problem === undefined
        ? []
        : [`"${row.name}" (${problem.reason}${problem.detail && `, ${problem.detail}`})`];
    });
    if (failing.length === 0) return undefined;
    return `The log cannot be forwarded to ${failing.join(', ')}. It is tried again; see \`holdfast audit forward list\`.`;
  }

  /** By name. */
  async listDestinations(): Promise<Output<'listDestinations'>> {
    return { items: readDestinations(this.#parts.control).map((row) => this.#view(row)) };
  }

  /** Errors: NOT_FOUND (tenant), CONFLICT (its name), VALIDATION. */
  async addDestination(input: Input<'addDestination'>, operation: Operation): Promise<ForwardDestination> {
    const { control, clock, ids, secrets: keeper, tenantId } = this.#parts;
    const { name, format, what, minimumSeverity, ca, maximumBytes, secrets, tenant } = input;
    const row: DestinationRow = {
      id: ids.uuid(),
      name,
      address: forwardAddress(requirePlace(input.address)),
      format,
      what,
      minimumSeverity,
      tenantId: tenant === undefined ? null : tenantId(tenant),
      ca,
      fingerprints: input.fingerprints,
      maximumBytes,
      secrets: secretNames(secrets),
      enabled: true,
      sent: 0,
      sentAt: null,
      addedAt: clock.now(),
    };
    requireUsable(row, secrets);
    requireUnused(control, row);
    if (row.secrets.length > 0) await keeper.put(row.id, { boundTo: boundTo(row), secrets });
    try {
      await control.write((transaction) => {
        requireUnused(transaction, row);
        insertDestination(transaction, row);
        if (input.from === 'now') this.#passOver(transaction, row);
        const { address } = row;
        operation.record(transaction, {
          ...resource(row),
          facts: {
            name,
            address,
            format,
            what,
            minimumSeverity,
            tenant: row.tenantId ?? 'all',
            from: input.from,
          },
        });
      });
    } catch (error) {
      if (row.secrets.length > 0) await keeper.put(row.id, null);
      throw error;
    }
    this.#deliveries.begin(row);
    return this.#view(row);
  }

  /** Errors: NOT_FOUND, CONFLICT (its name), VALIDATION. */
  async updateDestination(
    input: Input<'updateDestination'>,
    operation: Operation,
  ): Promise<ForwardDestination> {
    const { control, secrets: keeper } = this.#parts;
    const before = findDestination(control, input.destinationId);
    const { name = before.name, ca = before.ca, fingerprints = before.fingerprints } = input;
    const { maximumBytes = before.maximumBytes } = input;
    const secrets = input.secrets ?? keeper.get(before.id)?.secrets ?? {};
    const names = input.secrets === undefined ? before.secrets : secretNames(secrets);
    const row = { ...before, name, ca, fingerprints, maximumBytes, secrets: names };
    requireUsable(row, secrets);
    requireUnused(control, row);
    await this.#deliveries.end(row.id);
    try {
      await keeper.put(row.id, Object.keys(secrets).length === 0 ? null : { boundTo: boundTo(row), secrets });
      await control.write((transaction) => {
        requireUnused(transaction, row);
        updateDestination(transaction, row);
        const changed = Object.keys(input).filter((member) => member !== 'destinationId');
        operation.record(transaction, {
          ...resource(row),
          facts: { name, address: row.address, changed: changed.join(' ') },
          before: settingsOf(before),
          after: settingsOf(row),
        });
      });
    } finally {
      this.#deliveries.begin(findDestination(control, row.id));
    }
    return this.#view(findDestination(control, row.id));
  }

  /** Errors: NOT_FOUND, UNAVAILABLE (data.reason says why it did not get through). */
  async testDestination(
    { destinationId }: Input<'testDestination'>,
    operation: Operation,
  ): Promise<Output<'testDestination'>> {
    const { control, clock } = this.#parts;
    const row = findDestination(control, destinationId);
    operation.describe(resource(row));
    const startedMicros = clock.monotonicMicros();
    try {
      await this.#deliveries.transport(row).test(clock.now(), operation.signal);
    } catch (error) {
      throw notThrough(error);
    }
    this.#deliveries.of(row.id)?.hurry();
    const durationMs = Math.round((clock.monotonicMicros() - startedMicros) / 1000);
    return { destinationId, durationMs };
  }

  /** Errors: NOT_FOUND. */
  async pauseDestination(
    { destinationId }: Input<'pauseDestination'>,
    operation: Operation,
  ): Promise<ForwardDestination> {
    return await this.#enable(destinationId, false, operation);
  }

  /** Errors: NOT_FOUND. */
  async resumeDestination(
    { destinationId }: Input<'resumeDestination'>,
    operation: Operation,
  ): Promise<ForwardDestination> {
    return await this.#enable(destinationId, true, operation);
  }

  /** Errors: NOT_FOUND. */
  async removeDestination(
    { destinationId }: Input<'removeDestination'>,
    operation: Operation,
  ): Promise<Output<'removeDestination'>> {
    const { control, secrets } = this.#parts;
    const row = findDestination(control, destinationId);
    await this.#deliveries.end(row.id);
    await control.write((transaction) => {
      deleteDestination(transaction, row.id);
      operation.record(transaction, { ...resource(row), facts: { name: row.name, address: row.address } });
    });
    await secrets.put(row.id, null);
    return { destinationId };
  }

  /** Errors: NOT_FOUND. */
  async listDeadLetters(
    { destinationId }: Input<'listDeadLetters'>,
    operation: Operation,
  ): Promise<Output<'listDeadLetters'>> {
    const { control } = this.#parts;
    const row = findDestination(control, destinationId);
    operation.describe(resource(row));
    const items = readLetters(control, row.id).map(({ origin, entry, time, due, ...letter }) => ({
      ...letter,
      logId: origin,
      index: entry,
      time: toRfc3339(time),
      due: due === 1,
    }));
    return { items };
  }

  /** Errors: NOT_FOUND. */
  async retryDeadLetters(
    { destinationId }: Input<'retryDeadLetters'>,
    operation: Operation,
  ): Promise<Output<'retryDeadLetters'>> {
    const row = findDestination(this.#parts.control, destinationId);
    const entries = await this.#parts.control.write((transaction) => {
      const marked = markLettersDue(transaction, row.id);
      operation.record(transaction, { ...resource(row), facts: { entries: marked } });
      return marked;
    });
    this.#deliveries.of(row.id)?.hurry();
    return { entries };
  }

  /** Errors: NOT_FOUND. */
  async dropDeadLetters(
    { destinationId }: Input<'dropDeadLetters'>,
    operation: Operation,
  ): Promise<Output<'dropDeadLetters'>> {
    const row = findDestination(this.#parts.control, destinationId);
    const entries = await this.#parts.control.write((transaction) => {
      const dropped = dropLetters(transaction, row.id);
      operation.record(transaction, { ...resource(row), facts: { entries: dropped } });
      return dropped;
    });
    this.#deliveries.of(row.id)?.hurry();
    return { entries };
  }

  async #enable(id: Uuid, enabled: boolean, operation: Operation): Promise<ForwardDestination> {
    const { control } = this.#parts;
    const { name } = findDestination(control, id);
    await this.#deliveries.end(id);
    await control.write((transaction) => {
      const row = findDestination(transaction, id);
      updateDestination(transaction, { ...row, enabled });
      operation.record(transaction, { ...resource(row), facts: { name } });
    });
    const row = findDestination(control, id);
    this.#deliveries.begin(row);
    return this.#view(row);
  }

  /** The present end of each log is where a destination begins. */
  #passOver(transaction: Transaction, row: DestinationRow): void {
    const { reading } = this.#parts;
    for (const { log, origin, size } of this.#deliveries.headsFor(row)) {
      if (size === 0) continue;
      const eventId = readEntry(reading(), log, size - 1).record.id;
      putCursor(transaction, row.id, origin, { next: size, eventId });
    }
  }

  #view(row: DestinationRow): ForwardDestination {
    const { control, reading } = this.#parts;
    return destinationView({
      row,
      delivery: this.#deliveries.of(row.id),
      heads: this.#deliveries.headsFor(row),
      control,
      log: reading,
    });
  }
}

const resource = ({ id }: DestinationRow) => ({ resource: { kind: 'forward-destination', id } });

/** What may be changed of a destination; of secrets whether there are any. */
function settingsOf({ name, ca, fingerprints, maximumBytes, secrets }: DestinationRow) {
  return {
    name,
    ca: ca === null ? null : createHash('sha256').update(ca).digest('hex'),
    fingerprints: [...fingerprints],
    maximumBytes,
    secrets: [...secrets],
  };
}

/** Errors: CONFLICT (another destination has the name). */
function requireUnused(reading: Reading, { id, name }: DestinationRow): void {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  if (!readDestinations(reading).some((other) => other.id !== id && same(other.name))) return;
  throw new HoldfastError('CONFLICT', `There is a destination named ${name} already. Choose another name.`, {
    reason: 'destination-name',
  });
}

function notThrough(error: unknown): unknown {
  if (!(error instanceof DeliveryFailure) && !(error instanceof EntriesRefused)) return error;
  const reason = error instanceof DeliveryFailure ? error.reason : 'http-status';
  const { detail } = error;
  return new HoldfastError(
    'UNAVAILABLE',
    `The destination did not take the test: ${reason}${detail === '' ? '' : ` (${detail})`}. Check its address, its certificate and its own log, then test again.`,
    { reason: `forward-${reason}`, detail },
  );
}
