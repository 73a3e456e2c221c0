import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Outcome } from '../../shared/severities.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { OutboxEvent } from '../storage/store.ts';
import { Appender, type EventOutbox } from './appender.ts';
import type { EventMaker } from './event-maker.ts';
import { logOrigin } from './log-name.ts';
import { type LogHead, records } from './log-store.ts';
import { type AuditRecord, decodeRecord } from './record.ts';
import { EventIndex } from './search/event-index.ts';
import { readRecord } from './search/trail.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface LiveLogParts {
  /** Opens audit.db; asked again later when it throws. */
  openStore(): Promise<OpenStore>;
  readonly search: OpenStore;
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
}

/** The log while it can be read and written. */
export interface OpenLog {
  readonly store: OpenStore;
  readonly appender: Appender;
  readonly index: EventIndex;
}

/** The log as this process has it: open, or why not. */
export class LiveLog {
  /** The name of the installation's log. */
  readonly origin: string;
  readonly #parts: LiveLogParts;
  readonly #outboxes = new Set<EventOutbox>();
  readonly #listeners: ((head: LogHead) => void)[] = [];
  #log: OpenLog | undefined;
  #down: unknown;

  constructor(parts: LiveLogParts) {
    this.#parts = parts;
    this.origin = logOrigin(parts.installationId, 'installation', parts.epoch);
  }

  /** `listener` is told of each new head of the installation's log. */
  onGrown(listener: (head: LogHead) => void): void {
    this.#listeners.push(listener);
  }

  /** Errors: those of `openStore`, and of reading the heads. */
  async open(): Promise<OpenLog> {
    this.#log ??= await this.#open();
    this.#down = undefined;
    return this.#log;
  }

  async #open(): Promise<OpenLog> {
    const { installationId, epoch, search, maker, keys } = this.#parts;
    const store = await this.#parts.openStore();
    try {
      const index = new EventIndex(search, store);
      const appender = new Appender({
        store,
        maker,
        signer: keys.signer(),
        installationId,
        epoch,
        onHead: (head) => {
          index.catchUpSoon(() => appender.heads());
          for (const tell of this.#listeners) tell(head);
        },
      });
      for (const outbox of this.#outboxes) appender.attach(outbox);
      index.catchUpSoon(() => appender.heads());
      return { store, appender, index };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Drains what waits and signs the last heads, before `close`. */
  async drain(): Promise<void> {
    await this.#log?.appender.stop();
    await this.#log?.index.stop();
  }

  /** `beforeClose`: nothing is written any more. */
  async close(beforeClose: () => Promise<void>): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await beforeClose();
    await log?.store.close();
  }

  /** It could not be opened, compared or written. */
  failed(cause: unknown): void {
    this.#down = cause;
  }

  /** Of the last failure, in words for people. */
  get whyFailed(): string {
    return told(this.#down);
  }

  /** What it refuses entries with while it is not open. */
  get refusal(): HoldfastError {
    return new HoldfastError(
      'AUDIT_UNAVAILABLE',
      `The audit log cannot be opened, so critical operations are refused. ${this.whyFailed} Put audit.db back; it is tried again.`,
      { cause: this.#down instanceof HoldfastError ? this.#down.code : 'INTERNAL' },
      { cause: this.#down },
    );
  }

  /** Undefined while it cannot be opened. */
  get present(): OpenLog | undefined {
    return this.#log;
  }

  /** Throws UNAVAILABLE while it cannot be opened. */
  opened(): OpenLog {
    if (this.#log !== undefined) return this.#log;
    throw new HoldfastError('UNAVAILABLE', this.refusal.message, { manager: 'audit' });
  }

  attach(outbox: EventOutbox): void {
    this.#outboxes.add(outbox);
    this.#log?.appender.attach(outbox);
  }

  detach(outbox: EventOutbox): void {
    this.#outboxes.delete(outbox);
    this.#log?.appender.detach(outbox);
  }

  /** Errors: AUDIT_UNAVAILABLE. */
  async append(event: OutboxEvent): Promise<void> {
    if (this.#log === undefined) throw this.refusal;
    await this.#log.appender.append(event);
  }

  async settle(): Promise<void> {
    await this.#log?.appender.settle();
  }

  /** Of every log, of every epoch; none while they cannot be opened. */
  heads(): readonly LogHead[] {
    return this.#log?.appender.heads() ?? [];
  }

  /** Of a tenant's log, or with null of the installation's; undefined before its first entry. */
  head(tenantId: Uuid | null = null): LogHead | undefined {
    const { installationId, epoch } = this.#parts;
    const origin = tenantId === null ? this.origin : logOrigin(installationId, tenantId, epoch);
    return this.heads().find((other) => other.origin === origin);
  }

  /** The newest signed checkpoint of a tenant's log, or with null of the installation's; null before its first. */
  checkpoint(tenantId: Uuid | null): string | null {
    const head = this.head(tenantId);
    return head === undefined ? null : Buffer.from(head.note).toString('utf8');
  }

  /** Numbers of the owner's logs, of every epoch. */
  logsOf(tenantId: Uuid | null): number[] {
    return this.heads()
      .filter((head) => head.tenantId === tenantId)
      .map(({ log }) => log);
  }

  /** The newest time in the installation's log; undefined while it is empty or cannot be read. */
  newestTime(): number | undefined {
    const head = this.head();
    if (this.#log === undefined || head === undefined || head.size === 0) return undefined;
    const [newest] = records(this.#log.store, head.log, head.size - 1, head.size);
    return newest && decodeRecord(newest).t;
  }

  /** Everything the logs of one owner tell of an action that ended so, oldest first. Errors: UNAVAILABLE, INTEGRITY. */
  async recordsOf(
    action: string,
    tenantId: Uuid | null,
    outcome: Outcome = 'success',
  ): Promise<AuditRecord[]> {
    const { store, appender, index } = this.opened();
    await appender.settle();
    await index.catchUp(appender.heads());
    const found = this.#parts.search
      .sql<{ position: number }>(
        `SELECT position FROM events JOIN event_kinds USING (kind)
         WHERE action = ? AND log IN (SELECT value FROM json_each(?)) AND outcome = ? ORDER BY position`,
      )
      .all(action, JSON.stringify(this.logsOf(tenantId)), outcome);
    return found.map(({ position }) => readRecord(store, position));
  }
}

/** What a refusal says of its cause; what is not of the contract could hold a path or SQL. */
function told(cause: unknown): string {
  return cause instanceof HoldfastError ? cause.message : 'Why is in the log of this process.';
}
