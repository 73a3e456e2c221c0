import { z } from 'zod';
import { parsePart } from '../restore-parts.ts';
import { restoreWarningKinds } from '../restore-warnings.ts';
import { validationLevels } from '../states.ts';
import { tiers } from '../tiers.ts';
import { controlRestoreOperations } from './backups/control-restore.ts';
import { existingDestinations, restoreDestination } from './backups/destination.ts';
import { drills } from './backups/drills.ts';
import { folderOperations, folderSnapshot } from './backups/folders.ts';
import { forecastOperations } from './backups/forecast.ts';
import { forgetOperations } from './backups/forget.ts';
import { pointOperations } from './backups/points.ts';
import { backupRepairPlan, repairOperations } from './backups/repair.ts';
import { reports } from './backups/reports.ts';
import { retentionOperations } from './backups/retention.ts';
import { scheduleOperations } from './backups/schedules.ts';
import { scope, snapshotPrefix } from './backups/scope.ts';
import { targetOperations } from './backups/targets.ts';
import { timelineOperations } from './backups/timeline.ts';
import { operation } from './operation.ts';
import {
  bytes,
  count,
  jobStarted,
  page,
  paging,
  reason,
  snapshotId,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from './values.ts';

const level = z.union(validationLevels.map((value) => z.literal(value)));

const snapshot = z.object({
  id: snapshotId,
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  time: timestamp,
  kind: z.enum(['full', 'incremental']),
  /** A path or URL that restic opens with the recovery key as its password. */
  repository: z.string(),
  /** The further target that alone has it, since the first one was away; null: the first has it. */
  targetId: uuid.nullable().default(null),
  bytesAdded: bytes,
  durationMs: count,
  /** The last level it passed, and when. */
  verified: z.object({ level, time: timestamp }).nullable(),
  /** Made on the way to a restore in place, for its undo. */
  safety: z.boolean(),
});
export type Snapshot = z.infer<typeof snapshot>;

export const backupResult = z.object({
  snapshots: z.array(snapshot),
  /** Of the tenants' protected folders. */
  folders: z.array(folderSnapshot).default([]),
  /** Further targets that were written to in place of the first, which was away. */
  wroteTo: z.array(z.object({ targetId: uuid, name: z.string() })).default([]),
});
export type BackupResult = z.infer<typeof backupResult>;

const problems = z.array(z.object({ snapshotId: snapshotId.nullable(), reason: z.string() }));

export const backupVerification = z.object({
  /** Name of the further target whose copies were verified; null: the first target. */
  target: z.string().nullable().default(null),
  level,
  ok: z.boolean(),
  snapshots: z.array(snapshotId),
  problems,
  /** The same for each whose backups were verified; null: the installation's own. */
  byOwner: z.array(z.object({ tenantId: uuid.nullable(), snapshots: count, problems })).default([]),
});
export type BackupVerification = z.infer<typeof backupVerification>;

/** What a repair did, and what the verification at level 2 at its end found. */
export const backupRepair = backupRepairPlan.extend({
  /** Files that were healed before anything was given up: from a copy, or made anew from what was there. */
  healedFiles: count,
  /** The full backup that was made after it. */
  snapshot,
  ok: z.boolean(),
  /** They need what is lost for good, or their own files are damaged. */
  damagedSnapshots: z.array(snapshotId),
  problems,
});
export type BackupRepair = z.infer<typeof backupRepair>;

const plannedDestination = z.discriminatedUnion('kind', [
  ...existingDestinations,
  z.object({
    kind: z.literal('tenant'),
    name: z.string(),
    /** null: made from the name. */
    slug: z.string().nullable(),
    tier: z.enum(tiers),
  }),
]);

const restoreWarning = z.object({
  kind: z.enum(restoreWarningKinds),
  /** What it is about, such as the name of a service; null where there is nothing to name. */
  subject: z.string().nullable(),
  /** How many files it is about; 1 where it is about the folder. */
  count,
  /** Some of their names. */
  examples: z.array(z.string()),
});
export type RestoreWarning = z.infer<typeof restoreWarning>;

export const restorePlan = z.object({
  snapshotId,
  tenantId: uuid.nullable(),
  snapshotTime: timestamp,
  /** The time that was asked for; null where a snapshot was. */
  at: timestamp.nullable(),
  /** The same, where commits of the snapshot after it are left out; null where the snapshot is restored whole. */
  pointInTime: timestamp.nullable(),
  destination: plannedDestination,
  bytes,
  rows: count,
  files: count,
  /** Parts into a folder: files among these that come along because chosen documents refer to them. */
  referredFiles: count,
  freeBytes: bytes,
  /**
   * In place: what would change, per collection. Of the installation's own data, whichever way: how they are different
   * then, per kind of data (shared/control-data.ts).
   */
  changes: z.array(
    z.object({ collection: z.string(), added: count, changed: count, lost: count, unchanged: count }),
  ),
  /** Of the installation in place: how many can do less afterwards; null for others. */
  loseAccess: z
    .object({ operators: count, tenants: count, principals: count, apiKeys: count })
    .nullable()
    .default(null),
  /** Of the installation in place: operators who get access again, and whose passphrase does not open Holdfast after a start. */
  needPassphrase: z.array(uuid).default([]),
  /** Of the installation in place: tenants that use more than the tier allows that they would have again. Storage in bytes. */
  overQuota: z
    .array(
      z.object({
        tenantId: uuid,
        tier: z.enum(tiers),
        quota: z.enum(['bots', 'users', 'storageBytes']),
        used: count,
        limit: count,
      }),
    )
    .default([]),
  /** The parts that were asked for; null: all. */
  only: z.array(z.string()).nullable(),
  /** What stands in the way; a run with any of them is refused. */
  obstacles: z.array(z.string()),
  /** Into a folder: what is worth knowing, and refuses nothing. */
  warnings: z.array(restoreWarning),
});
export type RestorePlan = z.infer<typeof restorePlan>;

export const restoreResult = z.object({
  restoreId: uuid,
  to: z.enum(['folder', 'in-place', 'tenant']),
  /** The tenant that has the data now; into a folder, the one whose data it is. */
  tenantId: uuid.nullable(),
  folder: z.string().nullable(),
  snapshotId,
  /** Of what was restored: of parts, it says nothing of files that are not among them. */
  verifiedLevel: level,
  rows: count,
  files: count,
  bytes,
  durationMs: count,
  /** Hand it to undoRestore; null where nothing was changed. */
  undoId: uuid.nullable(),
  /** Parts only: the import that brought them back; hand it to undoImport. */
  importId: uuid.nullable(),
  /** The parts that were restored; null: all. */
  only: z.array(z.string()).nullable().default(null),
  /** It is prepared and proved, and is carried out at the next start of Holdfast. */
  pending: z.boolean().default(false),
});
export type RestoreResult = z.infer<typeof restoreResult>;

const restoreRecord = z.object({
  restoreId: uuid,
  undoId: uuid,
  /** Null: the installation's own data. */
  tenantId: uuid.nullable(),
  snapshotId,
  /** The state before the restore. */
  undoSnapshotId: snapshotId,
  /** pending: the next start carries it out. */
  state: z.enum(['pending', 'replacing', 'done', 'abandoned', 'cancelled', 'failed']),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** The state before it is still kept, so undoRestore can bring it back. */
  undoable: z.boolean(),
});
export type RestoreRecord = z.infer<typeof restoreRecord>;

const source = z.object({
  tenant: tenantReference.optional(),
  installation: z.literal(true).optional(),
  snapshotId: snapshotPrefix.optional(),
  /** The newest commit not later than this; where none is recorded around it, the newest snapshot not later. */
  at: time.optional(),
  /** A further target, whose copy is read in place of the first target, which may be gone. */
  fromTargetId: uuid.optional(),
  destination: restoreDestination,
  /** In place or into a folder: only these parts. `COLLECTION`, `COLLECTION/ID`, `$files` or `$files/NAME`. */
  only: z
    .array(wellFormedText.max(2000).refine((text) => parsePart(text) !== undefined, 'a part of the data'))
    .min(1)
    .max(1000)
    .optional(),
});

export const backups = {
  createBackup: operation({
    permission: 'backups:write',
    action: 'backup.create',
    job: true,
    cure: true,
    limitsHarm: true,
  })
    .input(
      z.object({
        scope,
        /** Incremental: what changed since the newest snapshot, or full where a new base is due. */
        kind: z.enum(['incremental', 'full']).default('incremental'),
      }),
    )
    .output(jobStarted),
  getBackupHistory: operation({ permission: 'backups:read' })
    .input(
      z.object({ ...paging, tenant: tenantReference.optional(), installation: z.literal(true).optional() }),
    )
    .output(page(snapshot)),
  getSnapshot: operation({ permission: 'backups:read' })
    .input(z.object({ snapshotId: snapshotPrefix }))
    .output(
      snapshot.extend({
        collections: z.array(z.object({ collection: z.string(), rows: count })),
        databases: z.array(z.object({ name: z.string(), bytes, pages: count })),
        files: count,
      }),
    ),
  /** Restores in place, newest first, with what takes them back. */
  listRestores: operation({ permission: 'backups:read' })
    .input(
      z.object({ ...paging, tenant: tenantReference.optional(), installation: z.literal(true).optional() }),
    )
    .output(page(restoreRecord)),
  verifyBackupIntegrity: operation({
    permission: 'backups:write',
    action: 'backup.verify',
    job: true,
    limitsHarm: true,
  })
    .input(
      z.object({
        tenant: tenantReference.optional(),
        installation: z.literal(true).optional(),
        snapshotId: snapshotPrefix.optional(),
        /** A further target, whose copies are verified in place of the first one's. */
        targetId: uuid.optional(),
        level: level.default(2),
      }),
    )
    .output(jobStarted),
  planRestore: operation({
    permission: 'backups:restore',
    action: 'backup.restore.plan',
    audited: 'read',
    job: true,
  })
    .input(source)
    .output(jobStarted),
  restoreBackup: operation({
    permission: 'backups:restore',
    action: 'backup.restore',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(source.extend({ reason }))
    .output(jobStarted),
  undoRestore: operation({
    permission: 'backups:restore',
    action: 'backup.restore.undo',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(z.object({ undoId: uuid, reason }))
    .output(jobStarted),
  /** Asks again for what a restore that was cut off, or failed, was asked for; into a folder, what is there already stays. */
  resumeRestore: operation({
    permission: 'backups:restore',
    action: 'backup.restore.resume',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(z.object({ jobId: uuid, reason }))
    .output(jobStarted),
  ...controlRestoreOperations,
  ...scheduleOperations,
  ...retentionOperations,
  ...drills,
  ...repairOperations,
  ...forgetOperations,
  ...pointOperations,
  ...reports,
  ...folderOperations,
  ...targetOperations,
  ...timelineOperations,
  ...forecastOperations,
};
