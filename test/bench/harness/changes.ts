import type { EntryDetails } from '../../../main/operations/operation.ts';
import type { AuditedOperation } from '../../../main/operations/operation-run.ts';
import type { OutboxEvent } from '../../../main/storage/store.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { AuditStand } from '../../doubles/audit-stand.ts';

/** Changes as an operator makes them: a name sealed in each, and the states before and after in every fourth. */
export class Changes {
  readonly #stand: AuditStand;
  readonly #tenantId: Uuid | null;
  #made = 0;

  /** Of this tenant; null: of none. */
  constructor(stand: AuditStand, tenantId: Uuid | null) {
    this.#stand = stand;
    this.#tenantId = tenantId;
  }

  next(): OutboxEvent {
    const { ids, operator, audit } = this.#stand;
    this.#made += 1;
    const operation: AuditedOperation = {
      id: ids.uuid(),
      action: 'data.put',
      severity: 'info',
      critical: false,
      caller: operator,
    };
    const states = this.#made % 4 === 0 && {
      before: { state: 'active', limit: this.#made },
      after: { state: 'active', limit: this.#made + 1 },
    };
    const details: EntryDetails = {
      ...(this.#tenantId && { tenantId: this.#tenantId }),
      resource: { kind: 'document', id: `orders/${this.#made}` },
      facts: { revision: 1 + (this.#made % 9), bytes: 400 + (this.#made % 600) },
      ...states,
    };
    return audit.event(operation, details, 'outcome');
  }

  some(count: number): OutboxEvent[] {
    return Array.from({ length: count }, () => this.next());
  }
}
