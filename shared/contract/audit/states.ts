import { z } from 'zod';
import { operation } from '../operation.ts';
import { uuid } from '../values.ts';

const auditStates = z.object({
  /** Null where there was none, none was kept, or it cannot be opened any more. */
  before: z.json().nullable(),
  after: z.json().nullable(),
});
export type AuditStates = z.infer<typeof auditStates>;

/** What a change changed. */
export const stateOperations = {
  /** What an entry keeps, sealed, of the state before and after its change. */
  getAuditStates: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({ eventId: uuid }))
    .output(auditStates),
};
