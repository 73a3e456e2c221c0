import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { Breach, BreachDetails } from '../../../shared/contract/audit/breaches.ts';
import { uuid } from '../../../shared/contract/values.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import { decodeCursor, type Page, pageOf } from '../../operations/cursor.ts';
import type { Operation } from '../../operations/operation.ts';
import { breachReport } from '../../reports/breach-report.ts';
import { makePdf } from '../../reports/make-pdf.ts';
import type { ReportAnchor } from '../../reports/report.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { EventMaker } from '../event-maker.ts';
import type { OpeningKeys } from '../search/trail.ts';
import {
  authorityNotified,
  closed,
  controllerTold,
  decided,
  peopleTold,
  reopened,
  requireOpen,
  requireTimes,
  updated,
} from './breach-changes.ts';
import { BreachClock, type BreachClockParts } from './breach-clock.ts';
import { type BreachContent, type BreachRecord, breachOf, dueAtOf, stateOf } from './breach-content.ts';
import { type BreachLog, entriesNow, historyOf, linkEntries } from './breach-entries.ts';
import { tellChange, tellOverdue } from './breach-entry.ts';
import { BreachStore, rankOf } from './breach-store.ts';
import type { Input, Output } from './inputs.ts';

/** What breaches need of the suite. */
export interface BreachNeeds extends Pick<BreachClockParts, 'running' | 'report'> {
  /** The time of a breach runs no more. */
  stopped(transaction: Transaction, breachId: Uuid): void;
  /** Null once it cannot be read any more. */
  operatorName(id: Uuid): string | null;
  /** Null for one that is no more. */
  tenantName(id: Uuid): string | null;
}

export interface BreachesParts extends BreachNeeds {
  readonly control: Store;
  readonly search: OpenStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly maker: EventMaker;
  readonly installationId: Uuid;
  readonly installationKey: Uint8Array;
  readonly appVersion: string;
  readonly random: (length: number) => Uint8Array;
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** Undefined while the log cannot be opened. */
  log(): BreachLog | undefined;
  /** Throws UNAVAILABLE. */
  opened(): BreachLog;
  openingKeys(): OpeningKeys;
  /** The name of the installation's log, and the numbers of those of every epoch. */
  readonly origin: string;
  ownLogs(): number[];
  anchor(): ReportAnchor | undefined;
}

const place = z.tuple([z.number(), z.number(), uuid]);

/** The register of personal-data breaches (GDPR 33 and 34): each change is an entry of the log, nothing is ever removed. */
export class Breaches {
  /** Tells people that the 72 hours run out. */
  readonly time: BreachClock;
  readonly #parts: BreachesParts;
  readonly #store: BreachStore;

  constructor(parts: BreachesParts) {
    this.#parts = parts;
    this.#store = new BreachStore(parts.installationKey, parts.random);
    this.time = new BreachClock({
      ...parts,
      overdue: (transaction, breach) => tellOverdue(transaction, parts, breach),
    });
  }

  /** Errors: NOT_FOUND (tenant, entry), VALIDATION (times), UNAVAILABLE (entries, while the log cannot be read). */
  async record(input: Input<'recordBreach'>, operation: Operation): Promise<Breach> {
    const { clock, ids, control } = this.#parts;
    const { caller } = operation;
    const now = clock.now();
    const unknown = { categories: null, approximate: null };
    const content: BreachContent = {
      title: input.title,
      beganAt: input.beganAt ?? null,
      awareAt: input.awareAt,
      description: input.description,
      role: input.role ?? 'controller',
      nature: input.nature ?? [],
      people: input.people ?? unknown,
      records: input.records ?? unknown,
      consequences: input.consequences ?? null,
      measures: input.measures ?? null,
      contact: input.contact ?? null,
      risk: input.risk ?? null,
      tenants: this.#tenants(input.tenants ?? []),
      entries: await this.#entries(input.entries ?? []),
      notifications: [],
      lateReason: null,
      notNotified: null,
      controllers: [],
      told: [],
      notTold: null,
      closed: null,
      recordedBy: caller.kind === 'operator' ? caller.id : null,
    };
    requireTimes(content, now);
    const record: BreachRecord = { id: ids.uuid(), revision: 1, recordedAt: now, content };
    await control.write((transaction) => {
      this.#store.put(transaction, record, true);
      tellChange(transaction, operation, undefined, record);
    });
    await this.time.tick();
    return this.#told(record);
  }

  /** Errors: NOT_FOUND (breach, tenant, entry), VALIDATION (times, reason), CONFLICT (closed; changed meanwhile), UNAVAILABLE. */
  async update(
    { breachId, revision, reason, ...given }: Input<'updateBreach'>,
    operation: Operation,
  ): Promise<Breach> {
    const facts = {
      ...given,
      tenants: given.tenants && this.#tenants(given.tenants),
      entries: given.entries && (await this.#entries(given.entries)),
    };
    const now = this.#parts.clock.now();
    return await this.#change(breachId, operation, (before, current) => {
      requireOpen(before);
      if (revision !== undefined && revision !== current) throw changedMeanwhile();
      return updated(before, facts, { now, reason });
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (closed), VALIDATION (time; late without a reason). */
  async notifyAuthority(input: Input<'notifyBreachAuthority'>, operation: Operation): Promise<Breach> {
    const now = this.#parts.clock.now();
    return await this.#change(input.breachId, operation, (before) => {
      requireOpen(before);
      return authorityNotified(before, input, now);
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (closed; nobody else is the controller), VALIDATION (time). */
  async notifyController(input: Input<'notifyBreachController'>, operation: Operation): Promise<Breach> {
    const now = this.#parts.clock.now();
    return await this.#change(input.breachId, operation, (before) => {
      requireOpen(before);
      return controllerTold(before, input, now);
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (closed), VALIDATION (time). */
  async notifyPeople(input: Input<'notifyBreachPeople'>, operation: Operation): Promise<Breach> {
    const now = this.#parts.clock.now();
    return await this.#change(input.breachId, operation, (before) => {
      requireOpen(before);
      return peopleTold(before, input, now);
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (closed; the risk does not allow it; told already), VALIDATION (no ground). */
  async decide(input: Input<'decideBreach'>, operation: Operation): Promise<Breach> {
    const now = this.#parts.clock.now();
    return await this.#change(input.breachId, operation, (before) => {
      requireOpen(before);
      return decided(before, input, now);
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (closed; incomplete: data.missing). */
  async close({ breachId, reason }: Input<'closeBreach'>, operation: Operation): Promise<Breach> {
    const now = this.#parts.clock.now();
    return await this.#change(breachId, operation, (before) => {
      requireOpen(before);
      return closed(before, reason, now);
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (not closed). */
  async reopen({ breachId }: Input<'reopenBreach'>, operation: Operation): Promise<Breach> {
    return await this.#change(breachId, operation, reopened);
  }

  /** Open ones first, the most urgent at the top; then the newest. Errors: NOT_FOUND (tenant), VALIDATION (cursor), INTEGRITY. */
  list({ limit, cursor, state, tenant }: Input<'listBreaches'>): Page<Breach> {
    const { control, tenantId: idOf } = this.#parts;
    const tenantId = tenant === undefined ? undefined : idOf(tenant);
    const filter = { list: 'breaches', state, tenantId };
    const after = decodeCursor(cursor, filter, place);
    return pageOf(
      this.#store.select(control, { state, tenantId, after, limit: limit + 1 }),
      limit,
      filter,
      (record) => this.#told(record),
      (record) => [stateOf(record.content) === 'open' ? 1 : 0, rankOf(record), record.id],
    );
  }

  /**
   * With what the log tells of it, as far as the log can be read. The entry of the look waits beside the records while the log
   * takes none. Errors: NOT_FOUND, INTEGRITY (the record).
   */
  async get({ breachId }: Input<'getBreach'>, operation: Operation): Promise<BreachDetails> {
    const resource = { kind: 'breach', id: breachId };
    operation.describe({ resource });
    const details = await this.#details(breachId);
    await this.#parts.control.write((transaction) => operation.record(transaction, { resource }));
    return details;
  }

  async #details(breachId: Uuid): Promise<BreachDetails> {
    const { control, log, openingKeys } = this.#parts;
    const record = this.#store.find(control, breachId);
    const told = await this.#history(breachId);
    return {
      breach: this.#told(record),
      restsOn: entriesNow(log(), openingKeys(), record.content.entries),
      history: told?.history ?? null,
      isBehind: told !== undefined && told.revision > record.revision,
    };
  }

  /** Errors: NOT_FOUND, INTEGRITY. */
  async report(
    { breachId, form }: Input<'createBreachReport'>,
    operation: Operation,
  ): Promise<Output<'createBreachReport'>> {
    const { clock, installationId, appVersion, tenantName } = this.#parts;
    const details = await this.#details(breachId);
    const { caller } = operation;
    const facts = {
      ...details,
      tenants: details.breach.tenants.map((id) => ({ id, name: tenantName(id) })),
      installationId,
      made: toRfc3339(clock.now()),
      by: caller.kind === 'operator' ? `${caller.name} (${caller.role})` : 'the system',
      app: appVersion,
    };
    const anchor = this.#parts.anchor();
    const content =
      form === 'pdf'
        ? await makePdf(breachReport({ ...facts, anchor }), operation.signal)
        : Buffer.from(
            `${JSON.stringify({ format: 1, ...facts, checkpoint: anchor?.checkpoint ?? null }, null, 2)}\n`,
          );
    const sha256 = hash('sha256', content, 'hex');
    operation.describe({
      resource: { kind: 'breach', id: breachId },
      facts: { form, revision: details.breach.revision, sha256 },
    });
    return {
      fileName: `holdfast-breach-${breachId}.${form}`,
      content: Buffer.from(content).toString('base64'),
      sha256,
    };
  }

  async #change(
    id: Uuid,
    operation: Operation,
    change: (before: BreachContent, revision: number) => BreachContent,
  ): Promise<Breach> {
    operation.describe({ resource: { kind: 'breach', id } });
    const record = await this.#parts.control.write((transaction) => {
      const before = this.#store.find(transaction, id);
      const content = change(before.content, before.revision);
      const after = { ...before, revision: before.revision + 1, content };
      const runs = stateOf(content) === 'open';
      const anew = stateOf(before.content) !== 'open' || dueAtOf(before.content) !== dueAtOf(content);
      this.#store.put(transaction, after, runs && anew);
      if (!runs || anew) {
        this.#parts.stopped(transaction, id);
        this.time.forget(id);
      }
      tellChange(transaction, operation, before.content, after);
      return after;
    });
    await this.time.tick();
    return this.#told(record);
  }

  #tenants(references: readonly string[]): Uuid[] {
    return [...new Set(references.map((reference) => this.#parts.tenantId(reference)))];
  }

  async #entries(asked: NonNullable<Input<'recordBreach'>['entries']>): Promise<BreachContent['entries']> {
    const { opened, origin } = this.#parts;
    return asked.length === 0 ? [] : await linkEntries(opened(), origin, asked);
  }

  /** Undefined while the log cannot be read, or was tampered with: the record is needed just then. */
  async #history(id: Uuid): Promise<Awaited<ReturnType<typeof historyOf>> | undefined> {
    const { log, search, openingKeys, ownLogs } = this.#parts;
    const open = log();
    if (open === undefined) return undefined;
    try {
      return await historyOf(open, search, openingKeys(), { id, logs: ownLogs() });
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'INTEGRITY') return undefined;
      throw error;
    }
  }

  #told(record: BreachRecord): Breach {
    return breachOf(record, (id) => this.#parts.operatorName(id));
  }
}

function changedMeanwhile(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'Somebody changed this record meanwhile. Look at it again, then repeat your change.',
    { reason: 'breach-changed' },
  );
}
