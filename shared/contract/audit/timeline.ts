import { z } from 'zod';
import { outcomes, severities } from '../../severities.ts';
import { operation } from '../operation.ts';
import { count, tenantReference, time, timestamp } from '../values.ts';

export const auditTimeline = z.object({
  /** Where the first bucket begins and the last ends; both null for a log without such entries. */
  from: timestamp.nullable(),
  to: timestamp.nullable(),
  bucketMs: count,
  /** Dense, in the order of time. */
  buckets: z.array(z.object({ time: timestamp, info: count, warning: count, critical: count })),
  total: count,
});
export type AuditTimeline = z.infer<typeof auditTimeline>;

export const buckets = z.number().int().min(1).max(500).default(120);

export const timelineOperations = {
  /** How many entries there are over time, to draw and to jump by; only numbers, so it leaves no entry itself. */
  getAuditTimeline: operation({ permission: 'audit:read' })
    .input(
      z.object({
        tenant: tenantReference.optional(),
        severity: z.enum(severities).optional(),
        outcome: z.enum(outcomes).optional(),
        from: time.optional(),
        to: time.optional(),
        buckets,
      }),
    )
    .output(auditTimeline),
};
