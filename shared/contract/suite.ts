import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { alertRuleIds } from '../alert-rules.ts';
import { errorCodes } from '../errors.ts';
import { severities } from '../severities.ts';
import { jobStates } from '../states.ts';
import { lastVerification } from './audit/integrity.ts';
import { horizon } from './audit.ts';
import { recoveryObjectives } from './backups/drills.ts';
import { operation } from './operation.ts';
import { bytes, count, jobStarted, page, paging, reason, timestamp, uuid } from './values.ts';

const managerStates = ['ready', 'degraded', 'down'] as const;
const managerHealth = z.object({
  state: z.enum(managerStates),
  /** What is wrong and what to do, when not ready. */
  problem: z.string().nullable(),
});
export type ManagerHealth = z.infer<typeof managerHealth>;

const status = z.object({
  installationId: uuid,
  version: z.string(),
  managers: z.object({
    tenants: managerHealth,
    auth: managerHealth,
    audit: managerHealth,
    backups: managerHealth,
  }),
  protection: z.object({
    lastBackup: timestamp.nullable(),
    lastVerifiedRestore: timestamp.nullable(),
    nextRun: timestamp.nullable(),
    /** Tenants without any backup. */
    unprotected: count,
    /** Backups stand on the same disk as the data. */
    sameDisk: z.boolean(),
    /** What would be lost, and how long the way back would take. */
    objectives: recoveryObjectives,
  }),
  log: z.object({
    size: count,
    root: z.string(),
    /** The log does not go on from its anchor, or did not verify, and no owner has acknowledged that. */
    contradicted: z.boolean(),
    /** Null before the first one. */
    lastVerification: lastVerification.nullable().default(null),
    horizon,
  }),
  secrets: z.object({ mode: z.enum(['keychain', 'passphrase']) }),
  disk: z.object({
    encryption: z.enum(['on', 'off', 'unknown']),
    method: z.string().nullable(),
    freeBytes: bytes,
  }),
  warnings: z.array(z.string()),
});
export type Status = z.infer<typeof status>;

export const job = z.object({
  id: uuid,
  kind: z.string(),
  state: z.enum(jobStates),
  /** Verb and object, such as "Reading pages". */
  phase: z.string(),
  done: count,
  /** null while unknown. */
  total: count.nullable(),
  unit: z.string(),
  tenantId: uuid.nullable(),
  requestedBy: z.string().nullable(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  heartbeatAt: timestamp.nullable(),
  error: z
    .object({ code: z.enum(errorCodes), message: z.string(), data: z.record(z.string(), z.json()) })
    .nullable(),
  result: z.json().nullable(),
});
export type Job = z.infer<typeof job>;

const installation = z.object({
  id: uuid,
  version: z.string(),
  createdAt: timestamp,
  dataFolder: z.string(),
  /** Where backups go; null for the data folder itself. */
  target: z.string().nullable(),
  secrets: z.enum(['keychain', 'passphrase']),
  /** Someone typed it back, so it was written down. */
  recoveryKeyConfirmed: z.boolean(),
  /** By which people tell the recovery key from the one before; it is on the kit. */
  recoveryKeyFingerprint: z.string(),
  /** A replacement did not come to its end: repositories of the first target may still be opened by the key before. */
  formerRecoveryKeyOpens: z.boolean(),
});
export type Installation = z.infer<typeof installation>;

/** Groups of a recovery key, counted from 1 (formats.md, "Secrets people see"). */
const recoveryKeyGroup = z.object({ group: z.number().int().min(1).max(11), text: z.string().max(20) });

const noticeKinds = [
  'job-failed',
  'job-interrupted',
  'backup-missed',
  'backup-overdue',
  'drill-overdue',
  'commits-in-doubt',
  'target-filling',
  'backups-healed',
  'backups-elsewhere',
  'backups-damaged',
  'alert',
  'breach-due',
  'forwarding-stopped',
  'forwarding-dead-letters',
  'forwarding-behind',
  'control-restore-pending',
  'control-restore-failed',
] as const;

export const recoveryKeyReplaced = z.object({
  fingerprint: z.string(),
  /** On the first target, all opened by the new key and by the former one no more. */
  repositories: count,
});
export type RecoveryKeyReplaced = z.infer<typeof recoveryKeyReplaced>;

/** Something that needs a person's eyes, kept until somebody has seen it. */
export const notice = z.object({
  id: uuid,
  time: timestamp,
  kind: z.enum(noticeKinds),
  severity: z.enum(severities),
  tenantId: uuid.nullable(),
  jobId: uuid.nullable(),
  /** The kind of job that failed, such as `backup.create`; null where none did. */
  jobKind: z.string().nullable(),
  /** Why the job failed; null where none did. */
  error: z.object({ code: z.enum(errorCodes), data: z.record(z.string(), z.json()) }).nullable(),
  /** When the missed backup, drill, or notice of a breach was due, or a target is expected to be full; null for other kinds. */
  dueAt: timestamp.nullable(),
  /** What a rule on the log found, and which: see audit.getAlert; null for other kinds. */
  alertId: uuid.nullable(),
  alertRule: z.enum(alertRuleIds).nullable(),
  /** Which breach has to be told: see audit.getBreach; null for other kinds. */
  breachId: uuid.nullable(),
  /** Which destination of the log: see audit.listDestinations; null for other kinds. */
  destinationId: uuid.nullable(),
  acknowledgedAt: timestamp.nullable(),
  acknowledgedBy: z.string().nullable(),
});
export type Notice = z.infer<typeof notice>;

export const suite = {
  getStatus: operation({ permission: 'suite:read' }).input(z.object({})).output(status),
  getInstallation: operation({ permission: 'suite:read' }).input(z.object({})).output(installation),
  /** The key of a new installation, again, until it is confirmed or this process ends; then it is nowhere. */
  showRecoveryKey: operation({
    permission: 'operators:write',
    action: 'installation.recovery-key.show',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({}))
    .output(z.object({ recoveryKey: z.string() })),
  /** The recovery kit for paper, with the key, while it can still be shown. It is kept nowhere. */
  createRecoveryKit: operation({
    permission: 'operators:write',
    action: 'installation.recovery-kit.create',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(
      z.object({
        /** Of the key that is prepared to replace the present one. */
        prepared: z.literal(true).optional(),
      }),
    )
    .output(z.object({ fileName: z.string(), pdf: z.base64() })),
  /** Some groups while the key can still be shown, the whole key afterwards. */
  confirmRecoveryKey: operation({
    permission: 'operators:write',
    action: 'installation.recovery-key.confirm',
    severity: 'warning',
  })
    .input(z.object({ groups: z.array(recoveryKeyGroup).min(2).max(11) }))
    .output(z.object({})),
  /** Makes a recovery key that may replace the present one. It is in this answer only, and changes nothing yet. */
  prepareRecoveryKey: operation({
    permission: 'operators:write',
    action: 'installation.recovery-key.prepare',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ reason }))
    .output(z.object({ recoveryKey: z.string(), fingerprint: z.string() })),
  /** Puts the prepared key in force, typed back in part: from then on the one before opens nothing. The job's result: `recoveryKeyReplaced`. */
  replaceRecoveryKey: operation({
    permission: 'operators:write',
    action: 'installation.recovery-key.replace',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(z.object({ groups: z.array(recoveryKeyGroup).min(2).max(11), reason }))
    .output(jobStarted),

  /** Newest first. `open`: how many nobody has acknowledged. */
  listNotices: operation({ permission: 'suite:read' })
    .input(z.object({ ...paging, state: z.enum(['open', 'acknowledged']).optional() }))
    .output(page(notice).extend({ open: count })),
  acknowledgeNotices: operation({ permission: 'jobs:write', action: 'alert.acknowledge', limitsHarm: true })
    .input(z.object({ noticeIds: z.array(uuid).min(1).max(1000) }))
    .output(z.object({ acknowledged: count })),
};

/** The name of the operation that a job carries out, such as `backup.create`. */
const jobKind = z
  .string()
  .max(64)
  .regex(/^[a-z-]+(\.[a-z-]+)+$/, 'words with dots between them');

export const jobs = {
  listJobs: operation({ permission: 'jobs:read' })
    .input(z.object({ ...paging, state: z.enum(jobStates).optional(), kind: jobKind.optional() }))
    .output(page(job)),
  getJob: operation({ permission: 'jobs:read' })
    .input(z.object({ jobId: uuid }))
    .output(job),
  /** Every change of the job, at most 4 a second, until it has ended; the last one carries the result. */
  watchJob: operation({ permission: 'jobs:read' })
    .input(z.object({ jobId: uuid }))
    .output(eventIterator(job)),
  cancelJob: operation({
    permission: 'jobs:write',
    action: 'job.cancel',
    severity: 'warning',
    cure: true,
    limitsHarm: true,
  })
    .input(z.object({ jobId: uuid }))
    .output(job),
};
