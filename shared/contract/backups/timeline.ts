import { z } from 'zod';
import { validationLevels } from '../../states.ts';
import { operation } from '../operation.ts';
import { bytes, count, snapshotId, tenantReference, time, timestamp, uuid } from '../values.ts';

const level = z.union(validationLevels.map((value) => z.literal(value)));

/** One commit; its number is that of the owner's commit clock, null where only its time is known. */
const commit = z.object({ seq: count.nullable(), time: timestamp });
export type TimelineCommit = z.infer<typeof commit>;

const timelineSnapshot = z.object({
  id: snapshotId,
  time: timestamp,
  /** The newest commit in it. */
  commit,
  kind: z.enum(['full', 'incremental']),
  bytesAdded: bytes,
  /** The last level it passed; null: none. */
  verified: level.nullable(),
  /** A legal hold keeps it. */
  held: z.boolean(),
  safety: z.boolean(),
  /** Contents of files that were damaged or missing already when it was made. */
  damaged: count,
  /** Marked by retention: not before then it is removed. */
  goesAfter: timestamp.nullable(),
});
export type TimelineSnapshot = z.infer<typeof timelineSnapshot>;

const stretch = z.object({ from: timestamp, to: timestamp });

/** What a moment stands for. */
const nearest = z.object({
  at: timestamp,
  /** What a restore of this moment brings back: the last state not later. null: nothing reaches back so far. */
  before: commit
    .extend({
      /**
       * Every commit around the moment is recorded: this is the last change before it. Otherwise the last state that was kept.
       * True without a number: the log of an earlier version, or of a repository that was found, has it, and only a restore counts it.
       */
      exact: z.boolean(),
      /** The snapshot that ends with it, where there is one. */
      snapshotId: snapshotId.nullable(),
    })
    .nullable(),
  /** The next state that can be had; null: there is none yet. */
  after: commit.nullable(),
});
export type NearestCommits = z.infer<typeof nearest>;

const backupTimeline = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  from: timestamp,
  to: timestamp,
  /** Newest first, at most 500; the buckets count all of them. */
  snapshots: z.array(timelineSnapshot),
  /** The window in equal parts, beginning with `from`. */
  bucketMs: count,
  buckets: z.array(z.object({ commits: count, snapshots: count })),
  /** Where every commit can be had. */
  recorded: z.array(stretch),
  /** Where commits were made that cannot be had; `commits`: how many, null where that is not known. */
  gaps: z.array(stretch.extend({ commits: count.nullable() })),
  /** Restores in place, each of which began another line of commits. */
  restores: z.array(z.object({ restoreId: uuid, time: timestamp, snapshotId })),
  /** The oldest state that can be had; null: none. */
  begins: commit.nullable(),
  /** Every commit until then can be had; null: nothing is captured between backups. */
  capturedTo: timestamp.nullable(),
  nearest: nearest.nullable(),
});
export type BackupTimeline = z.infer<typeof backupTimeline>;

export const timelineOperations = {
  /** What can be had back of one owner, and how densely it changed. By default from the oldest state to now. */
  getBackupTimeline: operation({ permission: 'backups:read' })
    .input(
      z
        .object({
          tenant: tenantReference.optional(),
          installation: z.literal(true).optional(),
          from: time.optional(),
          to: time.optional(),
          /** The window is cut into at most so many parts. */
          buckets: z.int().min(1).max(240).default(120),
          /** Tells what this moment stands for. */
          around: time.optional(),
        })
        .refine(
          ({ tenant, installation }) => (tenant === undefined) !== (installation === undefined),
          'one of tenant, installation',
        )
        .refine(({ from, to }) => from === undefined || to === undefined || from < to, 'from before to'),
    )
    .output(backupTimeline),
};
