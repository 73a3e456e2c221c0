import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { count, time } from '../values.ts';
import { auditEntry } from './entry.ts';
import { trailFilter } from './trail-filter.ts';

const { from: _from, to: _to, ...ofAnyTime } = trailFilter;

const trailNews = z.object({
  /** By time, then log and index. */
  items: z.array(auditEntry),
  /** So many entries came too fast to be looked at here; the list has them. */
  missed: count,
});
export type TrailNews = z.infer<typeof trailNews>;

/** New entries as they come. */
export const tailOperations = {
  /**
   * First what there is since a time, then what comes, at most 4 times a second. One entry is left for all of it. Ends by
   * itself after 10 minutes: who goes on asks again, and is looked at again.
   */
  watchAuditTrail: operation({ permission: 'audit:read', action: 'audit.watch', audited: 'read' })
    .input(z.object({ ...ofAnyTime, since: time.optional() }))
    .output(eventIterator(trailNews)),
};
