import { z } from 'zod';
import { operation } from '../operation.ts';
import { displayName, page, timestamp, uuid, wellFormedText } from '../values.ts';
import { trailFilter } from './trail-filter.ts';

const filter = z.strictObject({ ...trailFilter, order: z.enum(['newest', 'oldest']).optional() });

const savedFilter = z.object({ id: uuid, name: z.string(), filter, savedAt: timestamp });
export type SavedFilter = z.infer<typeof savedFilter>;

/** What operators narrow the log to again and again; everybody has their own. */
export const savedFilterOperations = {
  /** Those of who asks, by name. */
  listAuditFilters: operation({ permission: 'audit:read' }).input(z.object({})).output(page(savedFilter)),
  /** One of the same name is replaced. */
  saveAuditFilter: operation({ permission: 'audit:read', action: 'audit.filter.save' })
    .input(z.object({ name: displayName, filter }))
    .output(savedFilter),
  /** By id or name. */
  deleteAuditFilter: operation({ permission: 'audit:read', action: 'audit.filter.delete' })
    .input(z.object({ filter: wellFormedText.min(1).max(400) }))
    .output(z.object({})),
};
