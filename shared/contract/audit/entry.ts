import { z } from 'zod';
import { actorKinds, outcomes, severities } from '../../severities.ts';
import { count, timestamp, uuid } from '../values.ts';

/** One entry of a log, as it is told. */
export const auditEntry = z.object({
  /** The log's origin: `<installation id>/<tenant id or installation>/e<epoch>`. */
  logId: z.string(),
  index: count,
  eventId: uuid,
  time: timestamp,
  action: z.string(),
  severity: z.enum(severities),
  outcome: z.enum(outcomes),
  phase: z.enum(['intent', 'outcome']),
  correlationId: uuid,
  actor: z.object({
    kind: z.enum(actorKinds),
    pseudonym: z.string().nullable(),
    /** Opened from the sealed personal field; null once that person's key is destroyed. */
    name: z.string().nullable(),
    sessionId: uuid.nullable(),
  }),
  resource: z.object({ kind: z.string(), id: z.string() }).nullable(),
  reason: z.string().nullable(),
  /** Whether it keeps a state before or after the change: getAuditStates. */
  states: z.boolean(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type AuditEntry = z.infer<typeof auditEntry>;
