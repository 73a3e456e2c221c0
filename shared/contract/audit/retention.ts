import { z } from 'zod';
import {
  leastRetentionDays,
  mostRetentionDays,
  recordClasses,
  retentionObstacles,
} from '../../audit-retention.ts';
import { operation } from '../operation.ts';
import { count, jobStarted, localPath, reason, tenantReference, timestamp, uuid } from '../values.ts';
import { ownersChange } from './owners-change.ts';

const days = z.number().int().min(leastRetentionDays).max(mostRetentionDays);

/** As they are stored, also where another program wrote them. */
const storedDays = z.number().int();

/** Entries of this class; null: those whose class has no days of its own. */
const recordClass = z.enum(recordClasses);

/** Of a tenant's log; with `tenantId` null, of the installation's and of every tenant that has none of its own. */
const policy = z.object({
  tenantId: uuid.nullable(),
  recordClass: recordClass.nullable(),
  days: storedDays,
  setAt: timestamp,
  setBy: z.string().nullable(),
});

const change = z.object({
  id: uuid,
  tenantId: uuid.nullable(),
  recordClass: recordClass.nullable(),
  from: storedDays,
  to: storedDays,
  reason: z.string(),
  askedAt: timestamp,
  askedBy: z.string().nullable(),
  /** Nobody can approve it from then on. */
  expiresAt: timestamp,
  /** Nobody else could approve it: it holds by itself from then on, unless it is cancelled. Null: another operator has to approve it. */
  effectiveAt: timestamp.nullable(),
});
export type RetentionChange = z.infer<typeof change>;

const hold = z.object({
  id: uuid,
  /** Null: the installation's log. */
  tenantId: uuid.nullable(),
  reason: z.string(),
  placedAt: timestamp,
  placedBy: z.string().nullable(),
});
export type LogHold = z.infer<typeof hold>;

/** Entries that were archived and pruned, as the log tells of them. */
export const pruning = z.object({
  time: timestamp,
  logId: z.string(),
  /** The first and the last index. */
  from: count,
  to: count,
  /** When the oldest and the newest of them were made. */
  oldest: timestamp,
  newest: timestamp,
  days: storedDays,
  /** Name of the archive, an export bundle. */
  file: z.string(),
  /** SHA-256 of its manifest, in hex. */
  manifest: z.string(),
});
export type Pruning = z.infer<typeof pruning>;

const state = z.object({
  /** Days, where no policy says otherwise. */
  usualDays: count,
  /** False: another program changed what is below, and nothing is pruned until an owner acknowledges it. */
  intact: z.boolean(),
  policies: z.array(policy),
  pending: z.array(change),
  holds: z.array(hold),
  /** Where archives are written; null: nothing is pruned by itself. */
  folder: z.string().nullable(),
  /** Newest first. */
  prunings: z.array(pruning),
});
export type AuditRetention = z.infer<typeof state>;

const logPlan = z.object({
  logId: z.string(),
  tenantId: uuid.nullable(),
  days: storedDays,
  /** The first index that is still there, and how many entries the log has had. */
  minimum: count,
  size: count,
  /** Below this index entries would go; as `minimum`: none. */
  to: count,
  entries: count,
  /** Of their records. */
  bytes: count,
  /** Of the entries that would go. */
  oldest: timestamp.nullable(),
  newest: timestamp.nullable(),
  /** What keeps more entries that are old enough; `name`: of a destination, or a class. */
  heldBy: z.object({ obstacle: z.enum(retentionObstacles), name: z.string().nullable() }).nullable(),
});
export type RetentionPlan = z.infer<typeof logPlan>;

export const appliedRetention = z.object({
  logs: z.array(
    z.object({
      logId: z.string(),
      from: count,
      to: count,
      entries: count,
      file: z.string(),
      manifest: z.string(),
    }),
  ),
});
export type AppliedRetention = z.infer<typeof appliedRetention>;

/** How long logs are kept, what must not go, and what was archived and pruned. */
export const retentionOperations = {
  getAuditRetention: operation({ permission: 'audit:read' })
    .input(z.object({ tenant: tenantReference.optional() }))
    .output(state),
  /** Of every entry whose class has no days of its own, or of one class. More days hold at once. Fewer wait until another operator approves, or 24 hours where there is no other; then `pending` has the change. */
  setAuditRetention: operation({ ...ownersChange, action: 'audit.retention.set' })
    .input(
      z.object({ tenant: tenantReference.optional(), recordClass: recordClass.optional(), days, reason }),
    )
    .output(z.object({ days: storedDays, pending: change.nullable() })),
  /** Both accounts have to be 24 hours old. */
  approveAuditRetention: operation({ ...ownersChange, action: 'audit.retention.approve' })
    .input(z.object({ changeId: uuid, reason }))
    .output(z.object({ days })),
  /** Takes back a change that waits. Answers the days that go on. */
  cancelAuditRetention: operation({
    permission: 'operators:write',
    action: 'audit.retention.cancel',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ changeId: uuid, reason }))
    .output(z.object({ days: storedDays })),
  /** Takes what another program changed as it stands. Changes that waited end, and nothing is pruned for 24 hours. */
  acknowledgeAuditRetention: operation({
    ...ownersChange,
    action: 'audit.retention.acknowledge',
    // the log is in doubt because of it
    limitsHarm: true,
  })
    .input(z.object({ reason }))
    .output(z.object({ policies: count, holds: count, folder: z.string().nullable(), ended: count })),
  /** Where archives are written, outside the installation; null: nothing is pruned any more. */
  setAuditArchive: operation({ ...ownersChange, action: 'audit.retention.archive' })
    .input(z.object({ folder: localPath.nullable() }))
    .output(z.object({ folder: z.string().nullable() })),
  /** Nothing of the log goes until it is lifted. Without a tenant: of the installation's log. */
  holdAuditLog: operation({
    permission: 'operators:write',
    action: 'audit.retention.hold',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ tenant: tenantReference.optional(), reason }))
    .output(hold),
  liftAuditHold: operation({ ...ownersChange, action: 'audit.retention.lift' })
    .input(z.object({ holdId: uuid, reason }))
    .output(z.object({})),
  /** What would go by now. Only numbers, so it leaves no entry itself. */
  planAuditRetention: operation({ permission: 'audit:read' })
    .input(z.object({ tenant: tenantReference.optional() }))
    .output(z.object({ logs: z.array(logPlan) })),
  /** Archives what is old enough, verifies the archives, and drops it. Its result is an `AppliedRetention`. */
  applyAuditRetention: operation({ ...ownersChange, action: 'audit.retention.apply', job: true })
    .input(z.object({ tenant: tenantReference.optional() }))
    .output(jobStarted),
};
