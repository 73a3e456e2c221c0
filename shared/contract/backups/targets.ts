import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import { everybody, targetCover, targetCoverOf } from '../../target-cover.ts';
import { hostKey, s3Place, sftpPlace, targetCredentials } from '../../target-place.ts';
import { operation } from '../operation.ts';
import {
  bytes,
  count,
  displayName,
  jobStarted,
  localPath,
  tenantReference,
  timestamp,
  uuid,
} from '../values.ts';

/** How far a target is behind, for one owner. */
const lag = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  /** The newest snapshot there is; null: none was made. */
  newest: timestamp.nullable(),
  /** The newest of which this target has a copy: what would be lost with the first target came after it. */
  newestCopied: timestamp.nullable(),
  snapshots: count,
  /** When and at which level this copy was last verified; null: never. */
  verified: z.object({ time: timestamp, level: z.int().min(0).max(4), problems: count }).nullable(),
});

/** A copy that lies there of an owner whom the target is not to have copies of any more. */
const left = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  newest: timestamp.nullable(),
  /** When it was last brought up to date. */
  updated: timestamp.nullable(),
  snapshots: count,
  /** The next synchronisation removes it. */
  goes: z.boolean(),
});

const target = z.object({
  /** null: the first, which backups are written to. */
  id: uuid.nullable(),
  name: z.string(),
  kind: z.enum(['data-folder', 'folder', 's3', 'sftp']),
  /** A path, `s3:https://host/bucket/prefix` or `sftp://user@host/path`. */
  address: z.string(),
  /** `refused`: it answers, but will not have us; why, `errorCode` says. */
  state: z.enum(['ready', 'away', 'refused']),
  errorCode: z.enum(errorCodes).nullable(),
  /** Of S3. */
  region: z.string().nullable(),
  /** Fingerprint of the pinned key of an SFTP server. */
  hostKey: z.string().nullable(),
  /** null: none are needed. What they are is never answered. */
  hasCredentials: z.boolean().nullable(),
  /** It stands on the disk that holds the data, so that one failure takes both. */
  sameDisk: z.boolean(),
  /** null: as fast as it goes. */
  bytesPerSecond: bytes.nullable(),
  /** Whose copies it is to have. */
  covers: targetCover,
  added: z.object({ time: timestamp, by: z.string().nullable() }).nullable(),
  /** Files that were removed and that the place keeps all the same, under an object lock or as older versions. */
  kept: z.object({ files: count, until: timestamp.nullable() }).nullable(),
  lastSync: z.object({ time: timestamp, bytes, errorCode: z.enum(errorCodes).nullable() }).nullable(),
  /** Something there may still be opened by a recovery key that was replaced. */
  formerRecoveryKey: z.boolean(),
  /** Backups that were written to it while the first target was away, and are not brought back yet, 0 while the first is written; null: there are none. */
  standsIn: z.object({ since: timestamp, snapshots: count }).nullable(),
  /** Of those whose copies it is to have. */
  lag: z.array(lag),
  left: z.array(left),
});
export type BackupTarget = z.infer<typeof target>;

export const targetSync = z.object({
  targetId: uuid,
  repositories: count,
  files: count,
  bytes,
  removed: count,
  /** What killed writes had left there. */
  leftovers: z.object({ files: count, bytes }).default({ files: 0, bytes: 0 }),
});
export type TargetSync = z.infer<typeof targetSync>;

const targetMovePlan = z.object({
  from: z.string(),
  to: z.string(),
  /** What would be copied. */
  repositories: count,
  files: count,
  bytes,
  freeBytes: bytes,
  /** Whether there is room for it. */
  fits: z.boolean(),
  /** It stands on the disk that holds the data too. */
  sameDisk: z.boolean(),
  /** The first target is lost, and this one takes its place: what that costs. null: it is there. */
  lost: z
    .object({
      /** Snapshots that no target has which can be reached now. */
      snapshots: count,
      /** Of those, how many are under legal hold. */
      held: count,
      /** Tenants that have no backup any more. */
      tenants: count,
      /** Snapshots that come from other targets, before the next backup. */
      fromOthers: count,
    })
    .nullable(),
});
export type TargetMovePlan = z.infer<typeof targetMovePlan>;

export const targetMoved = z.object({
  from: z.string(),
  to: z.string(),
  repositories: count,
  files: count,
  bytes,
  /** Snapshots that were lost with the former place. */
  lost: count,
});
export type TargetMoved = z.infer<typeof targetMoved>;

/** A folder that is there; null: inside the data folder. */
const firstPlace = z.object({ path: localPath.nullable() });

/** Tenants by id or slug. */
const wantedCover = targetCoverOf(tenantReference);

/** null: as fast as it goes. */
const bytesPerSecond = z.int().min(1000).nullable();

/** Where backups go: one target they are written to, and further ones that hold copies. */
export const targetOperations = {
  /** The first target first. */
  listTargets: operation({ permission: 'backups:read' })
    .input(z.object({}))
    .output(z.object({ items: z.array(target) })),
  /**
   * A further folder, bucket or folder of an SFTP server, which must be there; a file is written, read back and removed before
   * it is kept. An SFTP server without `hostKey` is CONFLICT with the fingerprint that it shows in `data.fingerprint`.
   */
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
        place: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('folder'), path: localPath }),
          s3Place,
          sftpPlace.extend({ hostKey: hostKey.optional() }),
        ]),
        credentials: targetCredentials.optional(),
        bytesPerSecond: bytesPerSecond.default(null),
        covers: wantedCover.default(everybody),
      }),
    )
    .output(target),
  /** What is left out stays as it is. New credentials and host keys are tried before they are kept. */
  updateTarget: operation({
    permission: 'backups:restore',
    action: 'backup.target.update',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(
      z.object({
        targetId: uuid,
        name: displayName.optional(),
        bytesPerSecond: bytesPerSecond.optional(),
        covers: wantedCover.optional(),
        /** Copies that it is not to have are removed by its next synchronisation; otherwise they stay. */
        removeOthers: z.literal(true).optional(),
        credentials: targetCredentials.optional(),
        hostKey: hostKey.optional(),
      }),
    )
    .output(target),
  /**
   * Nothing is copied there any more; what was copied stays. With backups that lie there alone it is CONFLICT, unless they are to be
   * abandoned.
   */
  removeTarget: operation({
    permission: 'backups:restore',
    action: 'backup.target.remove',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ targetId: uuid, abandon: z.literal(true).optional() }))
    .output(z.object({ targetId: uuid })),
  /** Writes a file there, reads it back and removes it. `freeBytes` is null where the place does not tell. */
  testTarget: operation({ permission: 'backups:write', action: 'backup.target.test' })
    .input(z.object({ targetId: uuid }))
    .output(z.object({ targetId: uuid, freeBytes: bytes.nullable(), durationMs: count })),
  /** Copies what is missing there, and removes what the first target has no more. The job's result: `targetSync`. */
  syncTarget: operation({ permission: 'backups:write', action: 'backup.target.sync', job: true })
    .input(z.object({ targetId: uuid }))
    .output(jobStarted),
  /** What moving the first target to another folder would copy; nothing is written. */
  planTargetMove: operation({ permission: 'backups:restore' }).input(firstPlace).output(targetMovePlan),
  /**
   * Copies every repository to another folder, proves each file, and writes backups there from then on. What lies in the former
   * place stays: a folder becomes a further target. Cut off, it goes on with the next call. With `lost`, which says that the first target is
   * lost for good, a further folder takes its place with the copies that it has. The job's result: `targetMoved`.
   */
  moveTarget: operation({
    permission: 'backups:restore',
    action: 'backup.target.move',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(firstPlace.extend({ lost: z.literal(true).optional() }))
    .output(jobStarted),
};
