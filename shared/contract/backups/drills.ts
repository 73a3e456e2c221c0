import { z } from 'zod';
import { errorCodes } from '../../errors.ts';
import { drillOutcomes } from '../../states.ts';
import { drillRhythms } from '../../tiers.ts';
import { operation } from '../operation.ts';
import {
  bytes,
  count,
  jobStarted,
  page,
  paging,
  snapshotId,
  tenantReference,
  timestamp,
  uuid,
} from '../values.ts';
import { scope, snapshotPrefix } from './scope.ts';

const drill = z.object({
  id: uuid,
  /** null: the installation's own databases. */
  tenantId: uuid.nullable(),
  snapshotId,
  /** When the snapshot was made. */
  snapshotTime: timestamp,
  jobId: uuid,
  /** Asked for by the schedule, not by a person. */
  scheduled: z.boolean(),
  outcome: z.enum(drillOutcomes),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** How long the restore took, from its beginning to its last row proved: a measured RTO. */
  durationMs: count.nullable(),
  /** What it was made of, in order. */
  phases: z.array(z.object({ name: z.string(), durationMs: count })),
  /** Every row was read again; null unless the drill succeeded. */
  level: z.literal(4).nullable(),
  rows: count.nullable(),
  files: count.nullable(),
  bytes: bytes.nullable(),
  error: z
    .object({ code: z.enum(errorCodes), message: z.string(), data: z.record(z.string(), z.json()) })
    .nullable(),
});
export type Drill = z.infer<typeof drill>;

export const drillResult = z.object({ drills: z.array(drill) });
export type DrillResult = z.infer<typeof drillResult>;

const forecast = z.object({
  /** How long a restore of what there is would take. */
  durationMs: count,
  /** Bytes of the newest snapshot's databases and files. */
  bytes,
  /** The median of the newest drills. */
  bytesPerSecond: z.number().nonnegative(),
  /** How many drills it comes from. */
  drills: count,
});

/** What of one owner would be lost, and how long it would take to bring the rest back. */
const ownerProtection = z.object({
  tenantId: uuid.nullable(),
  /** After a mistake, with this machine whole: what was written until then comes back. null: nothing does. */
  mistake: z.object({
    upTo: timestamp.nullable(),
    /** Every commit is captured about a second after it was made; otherwise only backups count. */
    continuous: z.boolean(),
  }),
  /** After the loss of this machine's disk. null: nothing comes back, because every copy lies on that disk or there is none. */
  lostDisk: z.object({ upTo: timestamp.nullable() }),
  /** The newest restore or verification that read every row again. */
  lastProof: z.object({ time: timestamp, snapshotId, by: z.enum(['drill', 'verification']) }).nullable(),
  /** null: no drill has measured it yet. */
  forecast: forecast.nullable(),
  drills: z.object({
    every: z.enum(drillRhythms),
    last: drill.pick({ id: true, outcome: true, startedAt: true, error: true }).nullable(),
    /** null: by hand only, or there is no backup yet. */
    nextRun: timestamp.nullable(),
    overdue: z.boolean(),
  }),
});
export type OwnerProtection = z.infer<typeof ownerProtection>;

/** The whole installation at a glance; per owner: `listProtection`. */
export const recoveryObjectives = z.object({
  /** Tenants and the installation itself. */
  owners: count,
  /** The owner that would lose most after a mistake: what it wrote until then comes back. null: one has no backup. */
  mistakeUpTo: timestamp.nullable(),
  /** How many owners have every commit captured. */
  continuous: count,
  /** The same after the loss of this machine's disk. null: some owner has nothing on another device. */
  lostDiskUpTo: timestamp.nullable(),
  /** How many owners have a restore that was proved, row by row. */
  proven: count,
  /** The owner whose proof is the oldest; null: none has one. */
  oldestProof: timestamp.nullable(),
  /** How long it would take to bring back all owners that drills have measured, one after the other. */
  forecast: z.object({ durationMs: count, bytes, measured: count }).nullable(),
  /** Owners whose newest drill failed. */
  failedDrills: count,
  /** Owners whose drill is overdue. */
  overdueDrills: count,
});
export type RecoveryObjectives = z.infer<typeof recoveryObjectives>;

export const drills = {
  /** A restore to a throw-away folder, every row read again and proved, with its time taken. The job's result: `drillResult`. */
  drillBackup: operation({ permission: 'backups:write', action: 'backup.drill', job: true, limitsHarm: true })
    .input(
      z
        .object({
          /** The newest snapshot of each. */
          scope: scope.optional(),
          /** This one, whosever it is. */
          snapshotId: snapshotPrefix.optional(),
        })
        .refine(
          (given) => (given.scope === undefined) !== (given.snapshotId === undefined),
          'one of scope, snapshotId',
        ),
    )
    .output(jobStarted),
  /** Newest first. */
  listDrills: operation({ permission: 'backups:read' })
    .input(
      z.object({ ...paging, tenant: tenantReference.optional(), installation: z.literal(true).optional() }),
    )
    .output(page(drill)),
  /** RPO and RTO of each owner, with what they come from; the installation's own first. */
  listProtection: operation({ permission: 'backups:read' })
    .input(
      z.object({ ...paging, tenant: tenantReference.optional(), installation: z.literal(true).optional() }),
    )
    .output(page(ownerProtection)),
};
