import { toRfc3339 } from '../../../shared/clock.ts';
import { isUndoable, type RestoreRecord } from '../catalogue/restores.ts';
import type { Restored } from './restore-to-folder.ts';

/** What the log is told of a restore in place. `until`: the point in time that was asked for, epoch ms. */
export function toldOf(record: RestoreRecord, restored: Restored | null, until: number | null) {
  return {
    tenantId: record.tenantId,
    resource: { kind: 'snapshot', id: record.snapshotId },
    facts: {
      restore: record.id,
      to: 'in-place',
      ...(until === null ? {} : { at: toRfc3339(until) }),
      ...(isUndoable(record)
        ? { undo: record.undoId, undoSnapshot: record.undoSnapshotId }
        : { replaced: 'unreadable' }),
      timeline: record.timeline,
      ...(restored === null ? {} : { rows: restored.rows, files: restored.files }),
    },
  };
}
