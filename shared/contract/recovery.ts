import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import { hostKey, s3Place, sftpPlace, targetCredentials } from '../target-place.ts';
import { count, localPath, time, timestamp, uuid, wellFormedText } from './values.ts';

/** As typed: with dashes, spaces or neither, and more of them than there should be. */
const typedRecoveryKey = wellFormedText.min(1).max(200);

/** Backups on another machine. An SFTP server without `hostKey` is CONFLICT with the fingerprint that it shows in `data.fingerprint`. */
const remoteBackups = z.strictObject({
  place: z.discriminatedUnion('kind', [s3Place, sftpPlace.extend({ hostKey: hostKey.optional() })]),
  credentials: targetCredentials,
});

export const inspectInput = z
  .object({
    /** A folder of this machine. */
    target: localPath.optional(),
    remote: remoteBackups.optional(),
    recoveryKey: typedRecoveryKey.optional(),
  })
  .refine(({ target, remote }) => (target === undefined) !== (remote === undefined), {
    path: ['target'],
    error: 'either a folder or a place on another machine',
  });

/** What is seen of one owner's backups without opening them. */
const seenBackups = {
  snapshots: count,
  /** When the newest one was written there, by the time of its file. */
  lastWritten: timestamp.nullable(),
};

export const foundBackups = z.object({
  installationId: uuid,
  installation: z.object(seenBackups),
  /** Of the newest readable state, or everybody who has backups there where no key was given. */
  tenants: z.array(
    z.object({
      tenantId: uuid,
      /** Null without the key, and of a tenant that this state does not know: made later, or deleted. */
      slug: z.string().nullable(),
      name: z.string().nullable(),
      ...seenBackups,
    }),
  ),
  /** What the recovery key opened; null where none was given. */
  opened: z.object({ fingerprint: z.string(), snapshotId: z.string(), time: timestamp }).nullable(),
});
export type FoundBackups = z.infer<typeof foundBackups>;

const recoveryResult = z.object({
  installationId: uuid,
  snapshotId: z.string(),
  /** Of this moment the audit log is, and where no earlier one was asked for operators, tenants and keys too. */
  time: timestamp,
  /** Of this moment operators, tenants and keys are; null: of `time`. */
  asOf: timestamp.nullable(),
  tenants: z.array(
    z.object({
      tenantId: uuid,
      slug: z.string(),
      name: z.string(),
      /** Null, as the other two, where none of its backups could be recovered. */
      snapshotId: z.string().nullable(),
      time: timestamp.nullable(),
      rows: count.nullable(),
    }),
  ),
  /** Entries of the audit log, at least. */
  lost: z.object({ entries: count }),
  warnings: z.array(z.string()),
});
export type RecoveryResult = z.infer<typeof recoveryResult>;

/** interrupted: a process before this one ended in the middle of it; what it left is removed by the next. */
const recoveryStates = ['running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted'] as const;

const recoveryRun = z.object({
  state: z.enum(recoveryStates),
  /** Null where an earlier process began it. */
  target: z.string().nullable(),
  /** The address on another machine that the backups are brought from first; null: none. */
  from: z.string().nullable(),
  /** Whose data it is at; the installation's own have neither id nor name. */
  owner: z
    .object({
      tenantId: uuid.nullable(),
      name: z.string().nullable(),
      /** Counted from 1. */
      number: count,
      of: count.nullable(),
    })
    .nullable(),
  phase: z.string(),
  done: count,
  total: count.nullable(),
  unit: z.string(),
  startedAt: timestamp.nullable(),
  heartbeatAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  error: z
    .object({ code: z.enum(errorCodes), message: z.string(), data: z.record(z.string(), z.json()) })
    .nullable(),
  result: recoveryResult.nullable(),
});
export type RecoveryRun = z.infer<typeof recoveryRun>;

export const underway = z.object({ recovery: recoveryRun.nullable() });
export const recoverInput = z.object({
  /** Where the backups lie; those of `remote` are brought there first. It is the first target from then on. */
  target: localPath,
  remote: remoteBackups.optional(),
  recoveryKey: typedRecoveryKey,
  secrets: z.enum(['keychain', 'passphrase']),
  /** Who opens the installation from now on, where there is no keychain; without a name: the one operator there is. */
  operator: z.string().max(1000).optional(),
  passphrase: z.string().max(1000).optional(),
  /** Operators, tenants, keys and data as of the newest recorded commit not later than this; the newest state by default. */
  at: time.optional(),
});
