import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { OutboxEvent, Transaction } from '../storage/store.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { type EventMaker, MadeEvent } from './event-maker.ts';
import { logOrigin } from './log-name.ts';
import { appendEntries, type LogHead, newLog, readHeads, storeHead } from './log-store.ts';
import { formatNote, type NoteSigner, signNote } from './note.ts';
import { completeRecord } from './record.ts';

/** A database whose outbox drains into the log. */
export interface EventOutbox {
  pendingEvents(limit: number): readonly { readonly seq: number; readonly event: OutboxEvent }[];
  drainedThrough(seq: number): void;
  onCommit(listener: () => void): () => void;
}

export interface AppenderParts {
  readonly store: Pick<OpenStore, 'write' | 'sql' | 'inPlace'>;
  readonly maker: EventMaker;
  readonly signer: NoteSigner;
  readonly installationId: Uuid;
  readonly epoch: number;
  /** Told of the installation log's head after each commit. */
  readonly onHead: (head: LogHead) => void;
}

export interface TakingOver {
  readonly generation: number;
  readonly signer: NoteSigner;
}

/** What else one transaction writes into audit.db. */
export type Alongside = (transaction: Transaction) => void;

interface Waiting {
  readonly event: OutboxEvent;
  /** Rows of audit.db that are written with the event, or not at all. */
  readonly alongside?: Alongside | undefined;
  /** Signs from this event on, beside the former signer in the installation's checkpoint that has it. */
  readonly takesOver?: TakingOver;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Batch {
  readonly direct: readonly Waiting[];
  readonly drained: readonly { readonly outbox: EventOutbox; readonly seq: number }[];
  readonly events: readonly OutboxEvent[];
  readonly commitTenants: boolean;
  readonly takesOver: TakingOver | undefined;
}

const batchSize = 256;
const commitDelayMs = 1000;
const retryDelayMs = 5000;

/**
 * The one writer of audit.db. Events come directly or from outboxes; whatever waits goes into one durable
 * transaction that also signs each touched log's head. A tenant's head becomes a leaf of the installation's
 * log at once after a critical entry or 256 entries, else within a second.
 */
export class Appender {
  readonly #parts: AppenderParts;
  readonly #outboxes = new Map<EventOutbox, () => void>();
  /** In which something may wait: an installation has many, and reading all of them would take longer than a commit. */
  readonly #told = new Set<EventOutbox>();
  #heads: ReadonlyMap<string, LogHead>;
  #direct: Waiting[] = [];
  #running: Promise<void> | undefined;
  #commitTenants = false;
  #timer: NodeJS.Timeout | undefined;
  #problem: HoldfastError | undefined;
  #signer: NoteSigner;
  readonly #unreadable = new Map<EventOutbox, unknown>();

  /** Throws INTEGRITY when the stored logs cannot be continued. */
  constructor(parts: AppenderParts) {
    this.#parts = parts;
    this.#signer = parts.signer;
    this.#heads = new Map(readHeads(parts.store).map((head) => [head.origin, head]));
  }

  /** Why nothing can be appended now; undefined while all is well. */
  get problem(): HoldfastError | undefined {
    if (this.#problem !== undefined || this.#unreadable.size === 0) return this.#problem;
    const [cause] = this.#unreadable.values();
    return new HoldfastError(
      'INTEGRITY',
      'Audit events wait in a database that cannot be read. Restore that database from a backup.',
      { databases: this.#unreadable.size },
      { cause },
    );
  }

  heads(): readonly LogHead[] {
    return [...this.#heads.values()];
  }

  /** Resolves when the event is durable in its log. Rejects with AUDIT_UNAVAILABLE. */
  append(event: OutboxEvent, alongside?: Alongside): Promise<void> {
    return this.#wait({ event, alongside });
  }

  /**
   * Appends the event by which another key takes over: the installation's checkpoint that has it is signed by both and
   * kept. Every tenant's head is vouched for before. Rejects with AUDIT_UNAVAILABLE: then the former key signs on.
   */
  async rotate(event: OutboxEvent, takesOver: TakingOver): Promise<void> {
    await this.commitTenants();
    await this.#wait({ event, takesOver });
  }

  /** After a start that found the handing over done. */
  signWith(signer: NoteSigner): void {
    this.#signer = signer;
  }

  #wait(waiting: Pick<Waiting, 'event' | 'alongside' | 'takesOver'>): Promise<void> {
    return new Promise((done, failed) => {
      this.#direct.push({ ...waiting, done, failed });
      this.#wake();
    });
  }

  /** Takes what waits in an outbox, now and after each of its commits. */
  attach(outbox: EventOutbox): void {
    const tell = () => {
      this.#told.add(outbox);
      this.#wake();
    };
    this.#outboxes.set(outbox, outbox.onCommit(tell));
    tell();
  }

  detach(outbox: EventOutbox): void {
    this.#outboxes.get(outbox)?.();
    this.#outboxes.delete(outbox);
    this.#told.delete(outbox);
    this.#unreadable.delete(outbox);
  }

  /** Waits until everything that waits now is in the log, or the log has refused it (see `problem`). */
  async settle(): Promise<void> {
    this.#wake();
    await this.#running;
  }

  /** Brings every tenant's newest head into the installation's log. */
  async commitTenants(): Promise<void> {
    this.#commitTenants = true;
    await this.settle();
  }

  async stop(): Promise<void> {
    await this.commitTenants();
    clearTimeout(this.#timer);
    for (const outbox of [...this.#outboxes.keys()]) this.detach(outbox);
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#planNext();
    });
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    for (let batch = this.#gather(); batch !== undefined; batch = this.#gather()) {
      try {
        if (!this.#parts.store.inPlace) throw lost();
        const heads = await this.#parts.store.write((transaction) => this.#write(transaction, batch));
        this.#adopt(heads, batch);
      } catch (cause) {
        this.#refuse(cause, batch);
        return;
      }
    }
  }

  #gather(): Batch | undefined {
    const direct = this.#direct.splice(0, batchSize);
    const events = direct.map(({ event }) => event);
    const drained: { outbox: EventOutbox; seq: number }[] = [];
    for (const outbox of this.#told) {
      const room = batchSize - events.length;
      if (room === 0) break;
      const pending = this.#pendingIn(outbox, room);
      if (pending.length === 0 && !this.#unreadable.has(outbox)) this.#told.delete(outbox);
      events.push(...pending.map(({ event }) => event));
      const last = pending.at(-1);
      if (last !== undefined) drained.push({ outbox, seq: last.seq });
    }
    const commitTenants = this.#commitTenants && this.#behind().length > 0;
    this.#commitTenants = false;
    if (events.length === 0 && !commitTenants) return undefined;
    const takesOver = direct.findLast((waiting) => waiting.takesOver !== undefined)?.takesOver;
    return { direct, drained, events, commitTenants, takesOver };
  }

  /** One damaged database must not keep the others' events from the log. */
  #pendingIn(outbox: EventOutbox, limit: number) {
    try {
      const pending = outbox.pendingEvents(limit);
      this.#unreadable.delete(outbox);
      return pending;
    } catch (error) {
      this.#unreadable.set(outbox, error);
      return [];
    }
  }

  #write(
    transaction: Transaction,
    { direct, events, commitTenants, takesOver }: Batch,
  ): Map<string, LogHead> {
    for (const { alongside } of direct) alongside?.(transaction);
    const heads = new Map(this.#heads);
    const fresh = withoutKnown(transaction, events).map((event) => this.#parts.maker.admit(event));
    const installation = this.#origin(null);
    const ofInstallation: OutboxEvent[] = fresh.filter(({ tenantId }) => tenantId === null);
    const touched = new Set<string>();
    for (const [tenantId, group] of byTenant(fresh)) {
      const origin = this.#origin(tenantId);
      const head = heads.get(origin) ?? newLog(nextLog(heads), origin, tenantId);
      heads.set(origin, appendDrafts(transaction, head, group));
      touched.add(origin);
      const critical = group.some((event) => event.critical);
      if (critical) heads.set(origin, this.#vouch(heads.get(origin) ?? head, ofInstallation));
    }
    for (const [origin, head] of heads) {
      const behind = head.size - head.committedSize;
      if (origin === installation || behind === 0) continue;
      if (commitTenants || behind >= batchSize) {
        heads.set(origin, this.#vouch(head, ofInstallation));
        touched.add(origin);
      }
    }
    if (ofInstallation.length > 0) {
      const head = heads.get(installation) ?? newLog(nextLog(heads), installation, null);
      heads.set(installation, appendDrafts(transaction, head, ofInstallation));
      touched.add(installation);
    }
    for (const origin of touched) {
      const head = heads.get(origin);
      if (head === undefined) continue;
      // a log of a former epoch keeps its last checkpoint, signed by its own key
      const note = this.#isPresent(head)
        ? formatNote(signNote(formatCheckpoint(head), this.#signersOf(head, takesOver)))
        : head.note;
      const signed = { ...head, note };
      storeHead(transaction, signed);
      if (origin === installation && takesOver !== undefined)
        this.#keepRotation(transaction, takesOver, note);
      heads.set(origin, signed);
    }
    return heads;
  }

  /** A tenant's log has nothing that only the former key would vouch for. */
  #signersOf({ tenantId }: LogHead, takesOver: TakingOver | undefined): NoteSigner[] {
    if (takesOver === undefined) return [this.#signer];
    return tenantId === null ? [this.#signer, takesOver.signer] : [takesOver.signer];
  }

  #keepRotation(transaction: Transaction, { generation }: TakingOver, note: Uint8Array): void {
    transaction
      .sql('INSERT INTO rotations (epoch, generation, note) VALUES (?, ?, ?)')
      .run(this.#parts.epoch, generation, note);
  }

  /** Adds a tenant head's leaf to what the installation's log is about to get. */
  #vouch(head: LogHead, leaves: OutboxEvent[]): LogHead {
    leaves.push(this.#parts.maker.checkpointLeaf(head.origin, head.size, head.root));
    return { ...head, committedSize: head.size };
  }

  #adopt(heads: Map<string, LogHead>, { direct, drained, takesOver }: Batch): void {
    this.#heads = heads;
    this.#signer = takesOver?.signer ?? this.#signer;
    this.#problem = undefined;
    for (const { outbox, seq } of drained) outbox.drainedThrough(seq);
    for (const { done } of direct) done();
    const installation = heads.get(this.#origin(null));
    if (installation !== undefined) this.#parts.onHead(installation);
  }

  #refuse(cause: unknown, { direct, commitTenants }: Batch): void {
    this.#problem = new HoldfastError(
      'AUDIT_UNAVAILABLE',
      'The audit log cannot be written, so critical operations are refused. Free space, put the file back or repair the disk; it is tried again.',
      { cause: cause instanceof HoldfastError ? cause.code : 'INTERNAL' },
      { cause },
    );
    this.#commitTenants ||= commitTenants;
    for (const { failed } of [...direct, ...this.#direct.splice(0)]) failed(this.#problem);
  }

  #planNext(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#problem !== undefined) {
      this.#timer = setTimeout(() => this.#wake(), retryDelayMs).unref();
    } else if (this.#direct.length > 0 || [...this.#told].some((outbox) => !this.#unreadable.has(outbox))) {
      this.#wake();
    } else if (this.#behind().length > 0) {
      this.#timer = setTimeout(() => {
        this.#commitTenants = true;
        this.#wake();
      }, commitDelayMs).unref();
    }
  }

  /** Logs of former epochs as well: the installation's present log vouches for them once and for all. */
  #behind(): LogHead[] {
    const installation = this.#origin(null);
    return this.heads().filter(
      ({ origin, size, committedSize }) => origin !== installation && size > committedSize,
    );
  }

  #isPresent({ origin, tenantId }: LogHead): boolean {
    return origin === this.#origin(tenantId);
  }

  #origin(tenantId: Uuid | null): string {
    return logOrigin(this.#parts.installationId, tenantId ?? 'installation', this.#parts.epoch);
  }
}

/** Leaves out what the log has already, or this batch twice: an outbox not told that it has drained, or restored. */
function withoutKnown(transaction: Transaction, events: readonly OutboxEvent[]): readonly OutboxEvent[] {
  const known = transaction
    .sql<{ event_id: string }>(
      'SELECT event_id FROM json_each(?) AS asked CROSS JOIN entries ON event_id = asked.value',
    )
    .all(JSON.stringify(events.map(({ eventId }) => eventId)));
  const seen = new Set(known.map(({ event_id }) => event_id));
  return events.filter(({ eventId }) => {
    const isNew = !seen.has(eventId);
    seen.add(eventId);
    return isNew;
  });
}

function appendDrafts(transaction: Transaction, head: LogHead, events: readonly OutboxEvent[]): LogHead {
  const entries = events.map((event, offset) => ({
    eventId: event.eventId,
    record: recordOf(event, head.origin, head.size + offset),
    openings: event.openings,
  }));
  return appendEntries(transaction, head, entries);
}

function recordOf(event: OutboxEvent, log: string, index: number): Uint8Array {
  if (event instanceof MadeEvent) return event.record(log, index);
  return completeRecord(event.draft, log, index).bytes;
}

function lost(): HoldfastError {
  return new HoldfastError('INTEGRITY', 'audit.db was removed or replaced while it was in use.', {
    problems: ['audit.db is another file'],
  });
}

function byTenant(events: readonly OutboxEvent[]): Map<Uuid, OutboxEvent[]> {
  const groups = new Map<Uuid, OutboxEvent[]>();
  for (const event of events) {
    if (event.tenantId === null) continue;
    const group = groups.get(event.tenantId);
    if (group === undefined) groups.set(event.tenantId, [event]);
    else group.push(event);
  }
  return groups;
}

function nextLog(heads: ReadonlyMap<string, LogHead>): number {
  return Math.max(0, ...[...heads.values()].map(({ log }) => log)) + 1;
}
