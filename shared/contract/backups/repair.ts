import { z } from 'zod';
import { operation } from '../operation.ts';
import { bytes, count, jobStarted, tenantReference, timestamp, uuid } from '../values.ts';

/** What a repair finds and does to stored files. */
export const backupRepairPlan = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  /** Packs and index files that are damaged or missing. */
  damagedFiles: count,
  /** The first hundred of them. */
  damage: z.array(
    z.object({
      file: z.string(),
      what: z.string(),
      /** Name of a further target that has it whole; null: none that can be reached. */
      copy: z.string().nullable(),
    }),
  ),
  /** Sound packs that the index does not list, or not as they are. */
  packsRelisted: count,
  /** Sound blobs in damaged packs, which are saved anew. */
  blobsSalvaged: count,
  bytesSalvaged: bytes,
  /** Blobs that are in no sound file; the full backup stores again what is still in the data. */
  blobsLost: count,
});
export type BackupRepairPlan = z.infer<typeof backupRepairPlan>;

/** Exactly one of tenant, installation. */
const owner = z
  .object({ tenant: tenantReference.optional(), installation: z.literal(true).optional() })
  .refine(
    ({ tenant, installation }) => (tenant === undefined) !== (installation === undefined),
    'one of tenant, installation',
  );

const healing = z.object({
  /** null: the installation's own. */
  tenantId: uuid.nullable(),
  time: timestamp,
  /** Name of the further target whose copy was healed; null: the first target. */
  target: z.string().nullable(),
  healed: count,
  /** The first of them. */
  files: z.string(),
  /** The place they came from; null: they were made anew from what was there. */
  from: z.string().nullable(),
  why: z.string(),
  /** The audit action of the work that met the damage. */
  during: z.string(),
});
export type Healing = z.infer<typeof healing>;

export const repairOperations = {
  /** What was healed by itself, newest first. Without an owner, everybody's. */
  listHealings: operation({ permission: 'backups:read' })
    .input(
      z.object({
        tenant: tenantReference.optional(),
        installation: z.literal(true).optional(),
        limit: z.int().min(1).max(1000).default(100),
      }),
    )
    .output(z.object({ items: z.array(healing) })),
  /** Reads every pack and says what a repair would do. The job's result: `backupRepairPlan`. */
  planRepair: operation({
    permission: 'backups:write',
    action: 'backup.repair.plan',
    audited: 'read',
    job: true,
  })
    .input(owner)
    .output(jobStarted),
  /** The job's result: `backupRepair`. */
  repairBackups: operation({
    permission: 'backups:write',
    action: 'backup.repair',
    severity: 'critical',
    job: true,
  })
    .input(owner)
    .output(jobStarted),
};
