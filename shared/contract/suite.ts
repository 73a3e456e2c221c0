import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import { operation } from './operation.ts';
import { bytes, count, page, paging, timestamp, uuid } from './values.ts';

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
  }),
  log: z.object({
    size: count,
    root: z.string(),
    horizon: z.object({
      witness: z.enum(['keychain', 'none']),
      size: count,
      time: timestamp.nullable(),
      note: z.string(),
    }),
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

export const jobStates = [
  'queued',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type JobState = (typeof jobStates)[number];

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

export const suite = {
  getStatus: operation({ permission: 'suite:read' }).input(z.object({})).output(status),
};

export const jobs = {
  listJobs: operation({ permission: 'jobs:read' })
    .input(z.object({ ...paging, state: z.enum(jobStates).optional() }))
    .output(page(job)),
  getJob: operation({ permission: 'jobs:read' })
    .input(z.object({ jobId: uuid }))
    .output(job),
  /** Every change of the job, at most 4 a second, until it has ended; the last one carries the result. */
  watchJob: operation({ permission: 'jobs:read' })
    .input(z.object({ jobId: uuid }))
    .output(eventIterator(job)),
  cancelJob: operation({ permission: 'jobs:write', action: 'job.cancel', severity: 'warning', cure: true })
    .input(z.object({ jobId: uuid }))
    .output(job),
};
