import { z } from 'zod';
import { validationLevels } from '../../states.ts';
import { operation } from '../operation.ts';
import {
  bytes,
  count,
  jobStarted,
  localPath,
  page,
  paging,
  reason,
  snapshotId,
  tenantReference,
  timestamp,
  uuid,
  wellFormedText,
} from '../values.ts';

const snapshotPrefix = z.string().regex(/^[0-9a-f]{8,64}$/);

/** Patterns of what is left out: a name anywhere, or with a slash a path below the folder. */
const excludes = z.array(wellFormedText.trim().min(1).max(500)).max(100);

/** What has to be said of one entry of a folder. `path`: below it, with `/`; bytes that are no UTF-8 are U+FFFD. */
export const folderNote = z.object({
  path: z.string(),
  problem: z.enum([
    'unreadable', // the system refuses it; not in the snapshot
    'vanished', // removed while it was read; not in the snapshot
    'changed', // written to while it was read; in the snapshot as it was read
    'database-as-file', // could not be captured as a database; in the snapshot as a plain file
    'special', // a socket, pipe or device; never in a snapshot
  ]),
  /** The system's or our code for why. */
  detail: z.string().nullable(),
});
export type FolderNote = z.infer<typeof folderNote>;

const level = z.union(validationLevels.map((value) => z.literal(value)));

export const folderSnapshot = z.object({
  id: snapshotId,
  tenantId: uuid,
  folderId: uuid,
  path: z.string(),
  time: timestamp,
  /** A path or URL that restic opens with the recovery key as its password. */
  repository: z.string(),
  bytesAdded: bytes,
  durationMs: count,
  files: count,
  bytes,
  /** Captured as of one moment; null where the run that made it could not tell any longer. */
  databases: count.nullable(),
  /** Entries that are not in it as they should be. */
  warnings: count,
  verified: z.object({ level, time: timestamp }).nullable(),
});
export type FolderSnapshot = z.infer<typeof folderSnapshot>;

export const protectedFolder = z.object({
  id: uuid,
  tenantId: uuid,
  path: z.string(),
  excludes: z.array(z.string()),
  createdAt: timestamp,
  lastBackup: folderSnapshot.nullable(),
});
export type ProtectedFolder = z.infer<typeof protectedFolder>;

/** Other machines write to it too. */
const notices = z.array(z.enum(['network', 'synced']));

export const folderPreview = z.object({
  path: z.string(),
  files: count,
  bytes,
  folders: count,
  links: count,
  databases: count,
  /** Sockets, pipes and devices, which are passed over. */
  special: count,
  warnings: count,
  notes: z.array(folderNote),
  notices,
});
export type FolderPreview = z.infer<typeof folderPreview>;

export const folderBackupResult = z.object({ folders: z.array(folderSnapshot) });

const folderSource = z.object({
  snapshotId: snapshotPrefix,
  /** A folder of this machine, there or not. */
  destination: localPath,
  /** Paths below the folder with `/`; all of it where there is none. */
  only: z.array(wellFormedText.min(1).max(4096)).max(1000).default([]),
  /** Replace files that are there already. */
  overwrite: z.boolean().default(false),
});

export const folderRestorePlan = z.object({
  snapshotId,
  path: z.string(),
  destination: z.string(),
  files: count,
  bytes,
  freeBytes: bytes,
  /** Files that are there already. */
  existing: count,
  obstacles: z.array(z.string()),
});
export type FolderRestorePlan = z.infer<typeof folderRestorePlan>;

export const folderRestoreResult = z.object({
  restoreId: uuid,
  tenantId: uuid,
  folder: z.string(),
  snapshotId,
  /** 4: every file was read again and is what was saved; 0: some are missing, see `notes`. */
  verifiedLevel: level,
  files: count,
  bytes,
  databases: count,
  durationMs: count,
  warnings: count,
  notes: z.array(
    z.object({
      path: z.string(),
      problem: z.enum(['damaged', 'name', 'unsound', 'attributes']),
      detail: z.string().nullable(),
    }),
  ),
});
export type FolderRestoreResult = z.infer<typeof folderRestoreResult>;

/** Folders of this machine that are backed up with a tenant, into its repository. */
export const folderOperations = {
  addProtectedFolder: operation({
    permission: 'backups:write',
    action: 'backup.folder.add',
    severity: 'warning',
    stepUp: true,
  })
    .input(z.object({ tenant: tenantReference, path: localPath, excludes: excludes.default([]) }))
    .output(protectedFolder.extend({ notices })),
  listProtectedFolders: operation({ permission: 'backups:read' })
    .input(z.object({ ...paging, tenant: tenantReference.optional() }))
    .output(page(protectedFolder)),
  getProtectedFolder: operation({ permission: 'backups:read' })
    .input(z.object({ folderId: uuid }))
    .output(protectedFolder.extend({ notes: z.array(folderNote) })),
  updateProtectedFolder: operation({
    permission: 'backups:write',
    action: 'backup.folder.update',
    severity: 'warning',
  })
    .input(z.object({ folderId: uuid, excludes }))
    .output(protectedFolder),
  /** Its snapshots stay. */
  removeProtectedFolder: operation({
    permission: 'backups:write',
    action: 'backup.folder.remove',
    severity: 'warning',
  })
    .input(z.object({ folderId: uuid }))
    .output(z.object({ id: uuid })),
  /** Starts counting what a backup of a folder would take. The job's result: `folderPreview`. */
  previewProtectedFolder: operation({
    permission: 'backups:write',
    action: 'backup.folder.preview',
    audited: 'read',
    job: true,
  })
    .input(z.object({ tenant: tenantReference, path: localPath, excludes: excludes.default([]) }))
    .output(jobStarted),
  /** Starts a backup of one folder. The job's result: `folderBackupResult`. */
  backUpFolder: operation({
    permission: 'backups:write',
    action: 'backup.create',
    job: true,
    cure: true,
    limitsHarm: true,
  })
    .input(z.object({ folderId: uuid }))
    .output(jobStarted),
  listFolderSnapshots: operation({ permission: 'backups:read' })
    .input(z.object({ ...paging, tenant: tenantReference.optional(), folderId: uuid.optional() }))
    .output(page(folderSnapshot)),
  getFolderSnapshot: operation({ permission: 'backups:read' })
    .input(z.object({ snapshotId: snapshotPrefix }))
    .output(folderSnapshot.extend({ notes: z.array(folderNote) })),
  planFolderRestore: operation({
    permission: 'backups:restore',
    action: 'backup.restore.plan',
    audited: 'read',
    job: true,
  })
    .input(folderSource)
    .output(jobStarted),
  restoreFolder: operation({
    permission: 'backups:restore',
    action: 'backup.restore',
    severity: 'critical',
    critical: true,
    stepUp: true,
    job: true,
  })
    .input(folderSource.extend({ reason }))
    .output(jobStarted),
};
