import { z } from 'zod';
import { operation } from '../operation.ts';
import { bytes, count, jobStarted, tenantReference, uuid } from '../values.ts';

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

export const repairOperations = {
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
