import { z } from 'zod';
import { operation } from '../operation.ts';
import { reason, snapshotId, timestamp, uuid } from '../values.ts';

/** A restore of the installation's own data. pending: prepared and proved, it is carried out at the next start of Holdfast. */
const controlRestore = z.object({
  restoreId: uuid,
  undoId: uuid,
  snapshotId,
  /** Of what the data are. */
  moment: timestamp,
  /** The state before it. */
  undoSnapshotId: snapshotId,
  state: z.enum(['pending', 'done', 'cancelled', 'failed']),
  askedAt: timestamp,
  /** Null: whoever asked cannot be named any more. */
  askedBy: z.string().nullable(),
  endedAt: timestamp.nullable(),
  /** undoRestore can bring the state before it back. */
  undoable: z.boolean(),
  /** Once it is done: operators whose passphrase does not open Holdfast after a start, so that they need one set anew. */
  needPassphrase: z.array(uuid),
});
export type ControlRestore = z.infer<typeof controlRestore>;

export const controlRestoreOperations = {
  /** The newest restore of the installation's own data, or null. */
  getControlRestore: operation({ permission: 'backups:read' })
    .input(z.object({}))
    .output(z.object({ restore: controlRestore.nullable() })),
  /** Cancels the one that is pending. */
  cancelControlRestore: operation({
    permission: 'operators:write',
    action: 'backup.restore.cancel',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(z.object({ reason }))
    .output(z.object({ restore: controlRestore })),
};
