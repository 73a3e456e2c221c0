import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  FolderPreview,
  FolderRestorePlan,
  FolderRestoreResult,
  FolderSnapshot,
  ProtectedFolder,
} from '../../shared/contract/backups/folders.ts';
import { makeProtected, type Protected } from './protected-installation.ts';

/** A small installation, and a folder beside it that can be protected. */
export interface FolderStand {
  readonly place: Protected;
  /** To be protected. */
  readonly folder: string;
  /** For what is restored. */
  readonly scratch: string;
  add(excludes?: string[], path?: string): Promise<ProtectedFolder>;
  backUp(id: ProtectedFolder['id']): Promise<FolderSnapshot>;
  notes(snapshotId: string): Promise<{ path: string; problem: string; detail: string | null }[]>;
  preview(excludes?: string[]): Promise<FolderPreview>;
  plan(snapshotId: string, destination: string, how?: Selected): Promise<FolderRestorePlan>;
  restore(snapshotId: string, destination: string, how?: Selected): Promise<FolderRestoreResult>;
  close(): Promise<void>;
}

interface Selected {
  readonly only?: string[];
  readonly overwrite?: boolean;
}

export async function makeFolderStand(
  options: Parameters<typeof makeProtected>[0] = {},
): Promise<FolderStand> {
  const place = await makeProtected(options);
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-folders-')));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-protected-')));
  const { folders } = place.manager;
  const { operation } = place;
  return {
    place,
    folder,
    scratch,
    add: (excludes = [], path = folder) =>
      folders.addProtectedFolder({ tenant: 'acme', path, excludes }, operation('backup.folder.add')),
    async backUp(folderId) {
      const { folders: made } = await place.finished<{ folders: [FolderSnapshot] }>(
        folders.backUpFolder({ folderId }, operation()),
      );
      return made[0];
    },
    notes: async (snapshotId) => (await folders.getFolderSnapshot({ snapshotId })).notes,
    preview: (excludes = []) =>
      place.finished(folders.previewProtectedFolder({ tenant: 'acme', path: folder, excludes }, operation())),
    plan: (snapshotId, destination, { only = [], overwrite = false } = {}) =>
      place.finished(folders.planFolderRestore({ snapshotId, destination, only, overwrite }, operation())),
    restore: (snapshotId, destination, { only = [], overwrite = false } = {}) =>
      place.finished(
        folders.restoreFolder(
          { snapshotId, destination, only, overwrite, reason: 'a test' },
          operation('backup.restore'),
        ),
      ),
    async close() {
      await place.close();
      for (const each of [folder, scratch]) rmSync(each, { recursive: true, force: true });
    },
  };
}
