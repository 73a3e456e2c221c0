import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import { operation } from '../operation.ts';
import { bytes, count, displayName, jobStarted, localPath, timestamp, uuid } from '../values.ts';

/** How far a target is behind, for one owner. */
const lag = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  /** The newest snapshot there is; null: none was made. */
  newest: timestamp.nullable(),
  /** The newest of which this target has a copy: what would be lost with the first target came after it. */
  newestCopied: timestamp.nullable(),
  snapshots: count,
});

const target = z.object({
  /** null: the first, which backups are written to. */
  id: uuid.nullable(),
  name: z.string(),
  kind: z.enum(['data-folder', 'folder']),
  path: z.string(),
  state: z.enum(['ready', 'away']),
  /** It stands on the disk that holds the data, so that one failure takes both. */
  sameDisk: z.boolean(),
  /** null: as fast as it goes. */
  bytesPerSecond: bytes.nullable(),
  added: z.object({ time: timestamp, by: z.string().nullable() }).nullable(),
  lastSync: z.object({ time: timestamp, bytes, errorCode: z.enum(errorCodes).nullable() }).nullable(),
  /** Something there may still be opened by a recovery key that was replaced. */
  formerRecoveryKey: z.boolean(),
  lag: z.array(lag),
});
export type BackupTarget = z.infer<typeof target>;

export const targetSync = z.object({
  targetId: uuid,
  repositories: count,
  files: count,
  bytes,
  removed: count,
});
export type TargetSync = z.infer<typeof targetSync>;

/** Where backups go: one target they are written to, and further ones that hold copies. */
export const targetOperations = {
  /** The first target first. */
  listTargets: operation({ permission: 'backups:read' })
    .input(z.object({}))
    .output(z.object({ items: z.array(target) })),
  /** A further folder, which must be there; it gets a folder of this installation's own. */
  addTarget: operation({
    permission: 'backups:restore',
    action: 'backup.target.add',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(
      z.object({
        name: displayName,
        path: localPath,
        bytesPerSecond: z.int().min(1000).nullable().default(null),
      }),
    )
    .output(target),
  /** Nothing is copied there any more; what was copied stays. */
  removeTarget: operation({
    permission: 'backups:restore',
    action: 'backup.target.remove',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ targetId: uuid }))
    .output(z.object({ targetId: uuid })),
  /** Writes a file there, reads it back and removes it. */
  testTarget: operation({ permission: 'backups:write', action: 'backup.target.test' })
    .input(z.object({ targetId: uuid }))
    .output(z.object({ targetId: uuid, freeBytes: bytes, durationMs: count })),
  /** Copies what is missing there, and removes what the first target has no more. The job's result: `targetSync`. */
  syncTarget: operation({ permission: 'backups:write', action: 'backup.target.sync', job: true })
    .input(z.object({ targetId: uuid }))
    .output(jobStarted),
};
