import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Severity } from '../../shared/severities.ts';
import type { OutboxEvent, Transaction } from '../storage/store.ts';
import type { Caller, EntryDetails, Operation } from './operation.ts';

/** What a run needs of the audit log. */
export interface AuditTrail {
  /** Builds the entry of one operation; personal fields are sealed here. */
  event(entry: AuditedOperation, details: EntryDetails, phase: 'intent' | 'outcome'): OutboxEvent;
  /** Whether reads of this tenant's data are kept; a basic log has none. */
  keepsReads(tenantId: Uuid | undefined): boolean;
  /** Appends durably, outside any other change. Throws AUDIT_UNAVAILABLE when the log cannot be written. */
  append(event: OutboxEvent): Promise<void>;
  /** Waits until what is in the outboxes now has reached the log; a log that is down leaves it in the outbox. */
  settle(): Promise<void>;
}

export interface AuditedOperation {
  readonly id: Uuid;
  readonly action: string;
  readonly severity: Severity;
  readonly critical: boolean;
  readonly caller: Caller;
  readonly reason?: string;
}

export interface RunRequest extends AuditedOperation {
  readonly signal: AbortSignal;
  /** Helps against a full disk: may use the reserve. */
  readonly cure?: boolean;
  /** `none` where the contract gives the operation no entry: a read that is not sensitive. */
  readonly audited: 'change' | 'read' | 'none';
}

/**
 * One operation from its start to its one outcome entry: recorded inside the change itself, or, for a read,
 * a refusal and a failure, written after it.
 */
export class OperationRun implements Operation {
  readonly id: Uuid;
  readonly action: string;
  readonly caller: Caller;
  readonly reason?: string;
  readonly signal: AbortSignal;
  readonly #request: RunRequest;
  readonly #trail: AuditTrail;
  #details: Partial<EntryDetails> = {};
  #recorded = false;

  constructor(request: RunRequest, trail: AuditTrail) {
    this.id = request.id;
    this.action = request.action;
    this.caller = request.caller;
    if (request.reason !== undefined) this.reason = request.reason;
    this.signal = request.signal;
    this.#request = request;
    this.#trail = trail;
  }

  get cure(): boolean {
    return this.#request.cure ?? false;
  }

  /** An `unknown` outcome is the promise of one to come: an intent, made durable with the change it announces. */
  record(transaction: Transaction, details: EntryDetails): void {
    const phase = details.outcome === 'unknown' ? 'intent' : 'outcome';
    transaction.outbox(this.#trail.event(this.#request, details, phase));
    if (phase === 'intent') return;
    // a change that is rolled back takes its entry with it, and its failure still has to be told
    transaction.onCommitted(() => {
      this.#recorded = true;
    });
  }

  describe(details: Partial<EntryDetails>): void {
    this.#details = { ...this.#details, ...details };
  }

  /** The durable promise before a critical change. Throws AUDIT_UNAVAILABLE. */
  async intend(): Promise<void> {
    await this.#trail.append(this.#trail.event(this.#request, this.#entry(), 'intent'));
  }

  /** After success: what the change did not record itself is written now. */
  async succeeded(): Promise<void> {
    const { audited } = this.#request;
    const kept =
      audited === 'change' || (audited === 'read' && this.#trail.keepsReads(this.#details.tenantId));
    if (kept && !this.#recorded) await this.#write({});
    await this.#trail.settle();
  }

  /** After a refusal or failure: one entry with the error's code, unless the change recorded its own end. */
  async failed(error: unknown): Promise<void> {
    const code = error instanceof HoldfastError ? error.code : 'INTERNAL';
    if (this.#request.audited !== 'none' && !this.#recorded) {
      const facts = { ...this.#details.facts, error: code };
      await this.#write({ outcome: code === 'INTERRUPTED' ? 'unknown' : 'failure', facts });
    }
    await this.#trail.settle();
  }

  #entry(): EntryDetails {
    return { resource: { kind: 'operation', id: this.id }, ...this.#details };
  }

  async #write(details: Partial<EntryDetails>): Promise<void> {
    this.#recorded = true;
    await this.#trail.append(this.#trail.event(this.#request, { ...this.#entry(), ...details }, 'outcome'));
  }
}
