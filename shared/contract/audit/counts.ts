import { z } from 'zod';
import { actorKinds } from '../../severities.ts';
import { operation } from '../operation.ts';
import { count, timestamp } from '../values.ts';
import { auditTimeline, buckets } from './timeline.ts';
import { trailFilter } from './trail-filter.ts';

/** How many there are besides those that are named, and how many entries they have together. */
const others = z.object({ different: count, count });

const actorCount = z.object({
  kind: z.enum(actorKinds),
  pseudonym: z.string().nullable(),
  /** As their newest entry has it; null for the system, and once that person's key is destroyed. */
  name: z.string().nullable(),
  /** What to give as `actor` to see only their entries; null where an operator is called as the system is. */
  asked: z.string().nullable(),
  count,
});
export type AuditActorCount = z.infer<typeof actorCount>;

const auditCounts = z.object({
  total: count,
  /** Null: every entry was counted. Else only those back to this time; before it there may be more. */
  since: timestamp.nullable(),
  /** The most frequent first. */
  actions: z.object({ top: z.array(z.object({ action: z.string(), count })), others }),
  actors: z.object({ top: z.array(actorCount), others }),
  timeline: auditTimeline,
});
export type AuditCounts = z.infer<typeof auditCounts>;

export const countOperations = {
  /**
   * How often there is each action and each actor among the entries of a filter, and when. With words, a resource or an operation
   * entries have to be looked at one by one: then the newest are counted, and `since` says how far back.
   */
  getAuditCounts: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(
      z.object({
        ...trailFilter,
        /** So many actions and actors are named. */
        top: z.number().int().min(1).max(100).default(10),
        buckets,
        /** The timeline, and nothing else, goes on after `to`, so that it can be chosen anew; not with words. */
        beyond: z.boolean().default(false),
      }),
    )
    .output(auditCounts),
};
