import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';

/** The timeline of a tenant's database: its last restore in place began it; the first has the tenant's id. */
export function timelineOf(reading: Reading, tenantId: Uuid): Uuid {
  return reading.sql<{ id: Uuid }>('SELECT id FROM timeline').get()?.id ?? tenantId;
}

/** Begins a timeline in a rebuilt database. */
export function beginTimeline(writing: Reading, timeline: Uuid): void {
  writing
    .sql('INSERT INTO timeline (one, id) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET id = excluded.id')
    .run(timeline);
}
