import type { JsonValue } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import type { Outcome, Severity } from '../../shared/severities.ts';
import type { Transaction } from '../storage/store.ts';

/** Who asks. The system itself acts at start, on schedule and in recovery. */
export type Caller =
  | {
      readonly kind: 'operator';
      readonly id: Uuid;
      readonly name: string;
      readonly role: Role;
      readonly sessionId: Uuid;
    }
  | { readonly kind: 'system' };

/** What an audit entry says beyond who, when and which action. */
export interface EntryDetails {
  /** Who did it, where the caller became known only on the way: at sign-in. */
  readonly actor?: Caller;
  /** Whose log it belongs to; absent for the installation's. */
  readonly tenantId?: Uuid;
  /** `person` when `id` is a person's: the record then carries a pseudonym in its place. */
  readonly resource: { readonly kind: string; readonly id: string; readonly person?: boolean };
  /** The state before and after, as commitments; kept only where the tier's audit is full. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** Small facts that concern no person, in clear: integers, short texts. */
  readonly facts?: { readonly [name: string]: string | number | boolean };
  /** Personal fields, sealed under the subject's key. */
  readonly personal?: readonly {
    readonly subject: Uuid;
    readonly tenantId?: Uuid;
    readonly field: string;
    readonly value: JsonValue;
  }[];
  readonly outcome?: Outcome;
  readonly severity?: Severity;
}

/** One call of the contract on its way through the managers. */
export interface Operation {
  /** Correlation id: the same in intent, outcome, job and error. */
  readonly id: Uuid;
  /** The audit action, such as `tenant.create`. */
  readonly action: string;
  readonly caller: Caller;
  readonly reason?: string;
  readonly signal: AbortSignal;
  /** Writes the entry into the outbox of the database that `transaction` changes: both or neither. */
  record(transaction: Transaction, details: EntryDetails): void;
  /** For what changes no database of ours (reads, refusals): what the entry written afterwards will say. */
  describe(details: Partial<EntryDetails>): void;
}
