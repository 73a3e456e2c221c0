import { isUndoable, type RestoreRecord } from '../catalogue/restores.ts';
import type { Restored } from './restore-to-folder.ts';

/** What the log is told of a restore in place. */
export function toldOf(record: RestoreRecord, restored: Restored | null) {
  return {
    tenantId: record.tenantId,
    resource: { kind: 'snapshot', id: record.snapshotId },
    facts: {
      restore: record.id,
      to: 'in-place',
      ...(isUndoable(record)
        ? { undo: record.undoId, undoSnapshot: record.undoSnapshotId }
        : { replaced: 'unreadable' }),
      timeline: record.timeline,
      ...(restored === null ? {} : { rows: restored.rows, files: restored.files }),
    },
  };
}
