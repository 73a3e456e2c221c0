import { z } from 'zod';
import { keepReasons } from '../../retention.ts';
import { operation } from '../operation.ts';
import {
  bytes,
  count,
  jobStarted,
  page,
  paging,
  reason,
  snapshotId,
  tenantReference,
  timestamp,
  uuid,
} from '../values.ts';

const kept = z.int().min(0).max(10_000);

/** How many snapshots each rule keeps; 0: none. */
export const retentionPolicy = z.strictObject({
  last: kept,
  hourly: kept,
  daily: kept,
  weekly: kept,
  monthly: kept,
  yearly: kept,
  /** Never fewer than these, whatever the rules say. */
  minimum: kept.min(1),
});

/** `folderId`: the protected folder whose snapshots it is about; null: the owner's own. */
const owner = { tenantId: uuid.nullable(), folderId: uuid.nullable() };

const retention = z.object({
  /** null: the installation's own. */
  ...owner,
  policy: retentionPolicy,
  /** What the tier, the installation, or of a folder its tenant has where nobody has set another. */
  default: retentionPolicy,
  /** null: the default applies. */
  set: z.object({ time: timestamp, by: z.string().nullable() }).nullable(),
  /** Days, weeks, months and years begin and end by the clock of this zone. */
  timeZone: z.string(),
  /** So long, and so many backups, after it was marked a snapshot is removed. */
  waits: z.object({ ms: count, backups: count }),
  marked: count,
  held: z.boolean(),
});
export type Retention = z.infer<typeof retention>;

const retainedSnapshot = z.object({
  id: snapshotId,
  time: timestamp,
  kind: z.enum(['full', 'incremental', 'folder']),
  safety: z.boolean(),
  /** Why it stays; empty: it goes. */
  reasons: z.array(z.enum(keepReasons)),
});

const side = z.object({ snapshots: count, bytes });

export const retentionSimulation = z.object({
  ...owner,
  policy: retentionPolicy,
  timeZone: z.string(),
  /** Newest first. */
  snapshots: z.array(retainedSnapshot),
  /** `bytes`: of the whole repository, which a tenant and its folders share. */
  kept: side,
  /** `bytes`: what only these use. Up to a twentieth of what is kept may stay with it, to spare rewriting it. */
  removed: side,
  /** Stored bytes that no snapshot uses already. */
  looseBytes: bytes,
  /** How many snapshots there would be if backups went on by schedule; empty where they are made by hand. */
  ahead: z.array(z.object({ time: timestamp, snapshots: count, oldest: timestamp })),
  /** What it took to work this out. */
  cost: z.object({ trees: count, durationMs: count }),
});
export type RetentionSimulation = z.infer<typeof retentionSimulation>;

export const retentionRun = z.object({
  ...owner,
  marked: z.array(snapshotId),
  /** Marks taken back, since the policy or a hold now keeps them. */
  unmarked: z.array(snapshotId),
  removed: z.array(snapshotId),
  /** Packs that went, and their bytes; null: there was nothing to prune. */
  pruned: z.object({ packs: count, bytesFreed: bytes }).nullable(),
  /** Somebody uses the repository, so removal waits for the next run. */
  waiting: z.boolean(),
});
export type RetentionRun = z.infer<typeof retentionRun>;

const removalMark = z.object({
  snapshotId,
  ...owner,
  snapshotTime: timestamp,
  markedAt: timestamp,
  /** Not before this. */
  removableAt: timestamp,
  /** Backups that still have to succeed before. */
  backupsMissing: count,
  /** Being removed: too late to take back. */
  removing: z.boolean(),
  /** Somebody asked for it; otherwise the policy lets it go. */
  byHand: z.boolean(),
});
export type RemovalMark = z.infer<typeof removalMark>;

const hold = z.object({
  id: uuid,
  ...owner,
  /** null: everything of the owner. */
  snapshotId: snapshotId.nullable(),
  reason: z.string(),
  placedAt: timestamp,
  placedBy: z.string().nullable(),
  lifted: z.object({ time: timestamp, by: z.string().nullable(), reason: z.string() }).nullable(),
});
export type Hold = z.infer<typeof hold>;

const named = {
  tenant: tenantReference.optional(),
  installation: z.literal(true).optional(),
  /** A protected folder, or one that was. */
  folderId: uuid.optional(),
};
const prefix = z.string().regex(/^[0-9a-f]{8,64}$/);

const oneOwner = (given: { tenant?: unknown; installation?: unknown; folderId?: unknown }) =>
  [given.tenant, given.installation, given.folderId].filter((each) => each !== undefined).length === 1;
const oneOwnerSaid = 'one of tenant, installation, folderId';

/** Which snapshots stay, what is under legal hold, and how the rest is removed. */
export const retentionOperations = {
  getRetention: operation({ permission: 'backups:read' })
    .input(z.object(named).refine(oneOwner, oneOwnerSaid))
    .output(retention),
  /** The log has the policy before and after, and whether it keeps less. */
  setRetention: operation({
    permission: 'backups:restore',
    action: 'backup.retention.set',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ ...named, policy: retentionPolicy, reason }).refine(oneOwner, oneOwnerSaid))
    .output(retention),
  /** What a policy would leave; without one, the present one. The job's result: `retentionSimulation`. */
  simulateRetention: operation({
    permission: 'backups:read',
    action: 'backup.retention.simulate',
    audited: 'read',
    job: true,
  })
    .input(z.object({ ...named, policy: retentionPolicy.optional() }).refine(oneOwner, oneOwnerSaid))
    .output(jobStarted),
  /** Marks what the policy lets go, removes what has waited long enough. The job's result: `retentionRun`. */
  applyRetention: operation({
    permission: 'backups:write',
    action: 'backup.retention.apply',
    job: true,
    cure: true,
  })
    .input(z.object(named).refine(oneOwner, oneOwnerSaid))
    .output(jobStarted),
  /** A tenant's with those of its folders. */
  listRemovalMarks: operation({ permission: 'backups:read' })
    .input(z.object({ ...paging, ...named }))
    .output(page(removalMark)),
  /** Takes a mark back. The policy marks the snapshot again at its next run; only a hold keeps it for good. */
  unmarkSnapshot: operation({ permission: 'backups:write', action: 'backup.unmark' })
    .input(z.object({ snapshotId: prefix }))
    .output(z.object({ snapshotId })),
  listHolds: operation({ permission: 'backups:read' })
    .input(z.object({ ...paging, ...named, state: z.enum(['active', 'lifted']).optional() }))
    .output(page(hold)),
  /** On one snapshot, on everything of an owner and its folders, or on one folder's. */
  placeHold: operation({ permission: 'backups:write', action: 'backup.hold.place', severity: 'warning' })
    .input(
      z
        .object({ ...named, snapshotId: prefix.optional(), reason })
        .refine(
          (given) =>
            [given.tenant, given.installation, given.folderId, given.snapshotId].filter(
              (each) => each !== undefined,
            ).length === 1,
          'one of tenant, installation, folderId, snapshotId',
        ),
    )
    .output(hold),
  liftHold: operation({
    permission: 'backups:restore',
    action: 'backup.hold.lift',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ holdId: uuid, reason }))
    .output(hold),
};
