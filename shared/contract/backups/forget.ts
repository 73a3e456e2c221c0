import { z } from 'zod';
import { forgetObstacles, keepReasons } from '../../retention.ts';
import { operation } from '../operation.ts';
import { bytes, jobStarted, reason, snapshotId, timestamp, uuid } from '../values.ts';

const subject = {
  snapshotId,
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  /** `damaged`: some of what it needs cannot be read; `missing`: its own file is gone. */
  state: z.enum(['sound', 'damaged', 'missing']),
  /** What is wrong with it first; null: nothing. */
  problem: z.string().nullable(),
};

/** What removing one snapshot by hand would do. */
export const forgetPlan = z.object({
  ...subject,
  time: timestamp,
  /** Of a snapshot of a protected folder, its path. */
  folder: z.string().nullable(),
  /** `marked`: it goes after the wait, and can be taken back until then; `removed`: at once, for good. */
  outcome: z.enum(['marked', 'removed', 'refused']),
  /** Why it is refused. */
  obstacles: z.array(z.enum(forgetObstacles)),
  /** What the policy, holds and restores keep it for. */
  reasons: z.array(z.enum(keepReasons)),
  /** The snapshots before and after it: what is between them is lost. null: none. */
  before: timestamp.nullable(),
  after: timestamp.nullable(),
  /** Stored bytes that only it uses; null where that is not known. */
  bytesFreed: bytes.nullable(),
  /** Names of further targets with a copy, which goes with the next synchronisation. */
  copies: z.array(z.string()),
});
export type ForgetPlan = z.infer<typeof forgetPlan>;

export const forgetResult = z.object({
  ...subject,
  outcome: z.enum(['marked', 'removed']),
  /** Marked: removed not before this. */
  removableAt: timestamp.nullable(),
});
export type ForgetResult = z.infer<typeof forgetResult>;

const prefix = z.string().regex(/^[0-9a-f]{8,64}$/);

/** One snapshot is removed by hand. */
export const forgetOperations = {
  /** Reads all of it. The job's result: `forgetPlan`. */
  planForget: operation({
    permission: 'backups:read',
    action: 'backup.forget.plan',
    audited: 'read',
    job: true,
  })
    .input(z.object({ snapshotId: prefix }))
    .output(jobStarted),
  /**
   * A sound one is marked and goes after the wait, whatever the policy says; one that is damaged beyond healing goes at once. The
   * job's result: `forgetResult`.
   */
  forgetSnapshot: operation({
    permission: 'backups:restore',
    action: 'backup.forget.request',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(z.object({ snapshotId: prefix, reason }))
    .output(jobStarted),
};
