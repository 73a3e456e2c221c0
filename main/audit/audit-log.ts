import type { Clock } from '../../shared/clock.ts';
import type { CheckpointCheck, LastVerification } from '../../shared/contract/audit/integrity.ts';
import type { AuditEntry, Horizon, SigningKeyState } from '../../shared/contract/audit.ts';
import type { Status } from '../../shared/contract/suite.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Outcome } from '../../shared/severities.ts';
import type { EntryDetails, Operation } from '../operations/operation.ts';
import type { AuditedOperation, AuditTrail } from '../operations/operation-run.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { OutboxEvent } from '../storage/store.ts';
import type { EventOutbox } from './appender.ts';
import type { BackupNotes } from './backup-notes.ts';
import { encodeBase64 } from './base64.ts';
import { KeyRotation } from './key-rotation.ts';
import type { LogCore } from './log-core.ts';
import { formatNote, signNote } from './note.ts';
import { OperationsUnderWay } from './operations-under-way.ts';
import type { AuditRecord } from './record.ts';
import type { Timestamps } from './timestamp/timestamps.ts';
import { checkCheckpoint } from './verify/check-checkpoint.ts';
import type { Witnesses } from './witness/witnesses.ts';

interface AuditLogParts {
  readonly installationId: Uuid;
  readonly clock: Clock;
  auditLevel(tenantId: Uuid): 'basic' | 'full';
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
}

interface LogActionInput {
  readonly tenant?: string | undefined;
  readonly action: string;
  readonly severity: AuditEntry['severity'];
  readonly outcome: AuditEntry['outcome'];
  readonly resource?: { readonly kind: string; readonly id: string } | undefined;
  readonly reason?: string | undefined;
  readonly facts: AuditEntry['facts'];
}

const retryMs = 30_000;

/** The record nobody can quietly change: one log a tenant and one of the installation that vouches for them. */
export class AuditLog implements AuditTrail {
  /** Other installations that vouch for this log, and those that it vouches for. */
  readonly witnesses: Witnesses;
  /** RFC 3161 time stamps of this log. */
  readonly timestamps: Timestamps;
  /** What backups say of this log. */
  readonly backupNotes: BackupNotes;
  protected readonly underWay = new OperationsUnderWay();
  readonly #core: LogCore;
  readonly #parts: AuditLogParts;
  readonly #rotation: KeyRotation;
  #retry: NodeJS.Timeout | undefined;

  constructor(core: LogCore, parts: AuditLogParts) {
    const { trust, keys, maker } = core;
    this.#core = core;
    this.#parts = parts;
    this.#rotation = new KeyRotation({ keys, maker, clock: parts.clock });
    this.witnesses = trust.witnesses;
    this.timestamps = trust.timestamps;
    this.backupNotes = trust.backupNotes;
  }

  /**
   * Opens the log and compares it with its anchor. A log that cannot be opened is told by `health` and tried
   * again; until then events wait in the outboxes and critical operations are refused. What does not fit the
   * anchor is told by `health` and by every verification.
   */
  async start(): Promise<void> {
    const { live, trust } = this.#core;
    try {
      const { store, appender } = await live.open();
      await trust.start(store);
      await this.#rotation.finish({ appender, head: live.head() });
    } catch (error) {
      live.failed(error);
      this.#retry = setTimeout(() => void this.start(), retryMs).unref();
    }
  }

  /** Drains what waits, signs the last heads and puts the newest in safety. `beforeClose`: nothing is written any more. */
  async stop(beforeClose: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { live, trust } = this.#core;
    clearTimeout(this.#retry);
    if (live.present === undefined) return;
    await trust.timestamps.stop();
    await live.drain();
    await trust.anchors.flush();
    await live.close(beforeClose);
  }

  attach(outbox: EventOutbox): void {
    this.#core.live.attach(outbox);
  }

  detach(outbox: EventOutbox): void {
    this.#core.live.detach(outbox);
  }

  event(operation: AuditedOperation, details: EntryDetails, phase: 'intent' | 'outcome'): OutboxEvent {
    this.underWay.note(operation.id, phase);
    return this.#core.maker.event(operation, details, phase);
  }

  keepsReads(tenantId: Uuid | undefined): boolean {
    return tenantId === undefined || this.#parts.auditLevel(tenantId) === 'full';
  }

  async append(event: OutboxEvent): Promise<void> {
    await this.#core.live.append(event);
  }

  async settle(): Promise<void> {
    await this.#core.live.settle();
  }

  get isOpen(): boolean {
    return this.#core.live.present !== undefined;
  }

  /** audit.db. Throws UNAVAILABLE while it cannot be opened. */
  get store(): OpenStore {
    return this.#core.live.opened().store;
  }

  /** Whether an event is in the log already, by id. */
  has(eventId: string): boolean {
    return this.store.sql('SELECT 1 FROM entries WHERE event_id = ?').get(eventId) !== undefined;
  }

  /** The newest signed checkpoint of a tenant's log, or with null of the installation's; null before its first. */
  checkpoint(tenantId: Uuid | null): string | null {
    return this.#core.live.checkpoint(tenantId);
  }

  /** What a report prints of the log; undefined before its first entry. */
  anchor(): { readonly checkpoint: string; readonly horizon: string } | undefined {
    const checkpoint = this.checkpoint(null);
    return checkpoint === null ? undefined : { checkpoint, horizon: this.horizon().note };
  }

  /** Everything the logs of one owner tell of an action that ended so, oldest first. Errors: UNAVAILABLE, INTEGRITY. */
  async recordsOf(action: string, tenantId: Uuid | null, outcome?: Outcome): Promise<AuditRecord[]> {
    return await this.#core.live.recordsOf(action, tenantId, outcome);
  }

  /** A text that is no checkpoint, signed with this installation's key: a note (C2SP signed-note). Errors: VALIDATION. */
  signText(text: string): string {
    return Buffer.from(formatNote(signNote(text, [this.#core.keys.signer()]))).toString('utf8');
  }

  /** The key that checks this installation's checkpoints, in C2SP's form. */
  verifierKey(): string {
    return this.#core.keys.verifierKey();
  }

  async getSigningKey(): Promise<SigningKeyState> {
    return this.#rotation.state;
  }

  get isRotationDue(): boolean {
    return this.#rotation.isDue;
  }

  /** Errors: UNAVAILABLE, those of `KeyRotation.rotate`. */
  async rotateSigningKey(operation: Operation): Promise<SigningKeyState> {
    const { live } = this.#core;
    const { appender } = live.opened();
    return await this.#rotation.rotate({ appender, head: live.head() }, operation);
  }

  /** Errors: INTEGRITY while the log is in doubt and no owner has acknowledged that. */
  requireUncontradicted(): void {
    this.#core.trust.requireUncontradicted();
  }

  /** An owner takes a log that is in doubt from here on. Errors: CONFLICT (it is not). */
  async acknowledgeAuditState(operation: Operation): Promise<{ anchored: number; found: number }> {
    return await this.#core.trust.acknowledge(operation);
  }

  /** Up to where something outside the log vouches for it: nowhere, while it does not fit its anchor. */
  horizon(): Horizon {
    return this.#core.trust.horizon();
  }

  /** What the last verification of all logs found; undefined before the first one of this epoch. */
  get lastVerification(): LastVerification | undefined {
    return this.#core.trust.lastVerification;
  }

  status(): Status['log'] {
    const { live, trust } = this.#core;
    const head = live.head();
    return {
      size: head?.size ?? 0,
      root: head === undefined ? '' : encodeBase64(head.root),
      contradicted: trust.doubt !== undefined,
      lastVerification: this.lastVerification ?? null,
      horizon: this.horizon(),
    };
  }

  /** Whether the log goes on from a checkpoint that was kept elsewhere. Errors: VALIDATION, UNAVAILABLE. */
  checkCheckpoint({ note }: { readonly note: string }): CheckpointCheck {
    const { live, keys } = this.#core;
    const { installationId } = this.#parts;
    const { store: reading } = live.opened();
    return checkCheckpoint({ reading, heads: live.heads(), installationId, keys: keys.verifierKeys() }, note);
  }

  /** Starts the job that re-reads every stored value. Its result is an AuditVerification. */
  async verifyAuditLog(
    { tenant }: { readonly tenant?: string | undefined },
    operation: Operation,
  ): Promise<{ jobId: Uuid }> {
    const tenantId = tenant === undefined ? undefined : this.#parts.tenantId(tenant);
    return await this.#core.verification.begin(tenantId, operation);
  }

  /** Errors: NOT_FOUND (tenant), AUDIT_UNAVAILABLE, VALIDATION. */
  async logAction(input: LogActionInput, operation: Operation): Promise<{ id: Uuid }> {
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    const { severity, outcome, facts, resource = { kind: 'operation', id: operation.id } } = input;
    const event = this.#core.maker.event(
      {
        id: operation.id,
        action: input.action,
        severity,
        critical: severity === 'critical',
        caller: operation.caller,
        ...(input.reason === undefined ? {} : { reason: input.reason }),
      },
      { resource, facts, outcome, ...(tenantId === undefined ? {} : { tenantId }) },
      'outcome',
    );
    await this.append(event);
    return { id: event.eventId };
  }
}
