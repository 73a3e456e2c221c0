import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type FolderNote,
  type FolderPreview,
  type FolderRestorePlan,
  type FolderRestoreResult,
  type FolderSnapshot,
  folderPreview,
  folderRestorePlan,
  folderRestoreResult,
  type ProtectedFolder,
} from '../../../../shared/contract/backups/folders.ts';
import { uuid } from '../../../../shared/contract/values.ts';
import { exitStatus } from '../exit-status.ts';
import { facts, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface Restoring {
  readonly to: string;
  readonly only?: string[];
  readonly overwrite?: boolean;
  readonly detach?: boolean;
}

/** Folders of this machine that are backed up with a tenant. */
export function addBackupFolder(backup: Command, run: Run): void {
  const group = backup
    .command('folder')
    .description('folders of this machine that are backed up with a tenant');
  const here = (path: string) => resolve(run.terminal.workingFolder, path);
  const id = (text: string) => {
    const parsed = uuid.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError('Give the id of a protected folder, as `backup folder list` shows it.');
  };

  group
    .command('add')
    .description('protect a folder from its tenant’s next backup on')
    .argument('<path>', 'folder of this machine')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .option('--exclude <pattern...>', 'leave out names (*.tmp) or paths below the folder (cache/**)')
    .action((path: string, { tenant, exclude = [] }: { tenant: string; exclude?: string[] }) =>
      run.operation(
        (client) => client.backups.addProtectedFolder({ tenant, path: here(path), excludes: exclude }),
        { text: (folder) => [folderText(folder), ...folder.notices.map(noticeText)].join('\n') },
      ),
    );

  addPaging(group.command('list').description('protected folders and their last backups'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .action((options: PagingOptions & { tenant?: string }) =>
      run.operation((client) => client.backups.listProtectedFolders(options), {
        text: ({ items, next }) => pageText(foldersText(items), next),
      }),
    );

  group
    .command('show')
    .description('a protected folder, and what its last backup had to say')
    .argument('<id>', 'id of the folder', id)
    .action((folderId: ReturnType<typeof id>) =>
      run.operation((client) => client.backups.getProtectedFolder({ folderId }), {
        text: ({ notes, ...folder }) => [folderText(folder), ...notes.map(noteText)].join('\n'),
      }),
    );

  group
    .command('update')
    .description('change what is left out; without patterns nothing is')
    .argument('<id>', 'id of the folder', id)
    .option('--exclude <pattern...>', 'the patterns from now on')
    .action((folderId: ReturnType<typeof id>, { exclude = [] }: { exclude?: string[] }) =>
      run.operation((client) => client.backups.updateProtectedFolder({ folderId, excludes: exclude }), {
        text: folderText,
      }),
    );

  group
    .command('remove')
    .description('protect a folder no longer; its backups stay')
    .argument('<id>', 'id of the folder', id)
    .action((folderId: ReturnType<typeof id>) =>
      run.operation((client) => client.backups.removeProtectedFolder({ folderId }), {
        text: () => 'The folder is no longer protected. Its backups stay.',
      }),
    );

  group
    .command('preview')
    .description('count what a backup of a folder would take; changes nothing')
    .argument('<path>', 'folder of this machine')
    .requiredOption('--tenant <tenant>', 'id or slug of the tenant')
    .option('--exclude <pattern...>', 'as in add')
    .action((path: string, { tenant, exclude = [] }: { tenant: string; exclude?: string[] }) =>
      run.job(
        (client) => client.backups.previewProtectedFolder({ tenant, path: here(path), excludes: exclude }),
        { result: folderPreview, text: previewText },
      ),
    );

  addPaging(group.command('history').description('snapshots of protected folders, newest first'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--folder <id>', 'of one folder', id)
    .action(({ folder, ...options }: PagingOptions & { tenant?: string; folder?: ReturnType<typeof id> }) =>
      run.operation(
        (client) =>
          client.backups.listFolderSnapshots({
            ...options,
            ...(folder === undefined ? {} : { folderId: folder }),
          }),
        { text: ({ items, next }) => pageText(folderSnapshotsText(items), next) },
      ),
    );

  addSource(group.command('plan').description('say what a restore would do; changes nothing')).action(
    (snapshotId: string, { detach, ...options }: Restoring) =>
      run.job((client) => client.backups.planFolderRestore(toSource(snapshotId, options)), {
        result: folderRestorePlan,
        text: planText,
        detach,
      }),
  );

  addSource(
    group
      .command('restore')
      .description('restore a folder snapshot or parts of it; exit status 2 when parts are damaged'),
  )
    .requiredOption('--reason <text>', 'goes into the audit log')
    .action((snapshotId: string, { detach, reason, ...options }: Restoring & { reason: string }) =>
      run.job((client) => client.backups.restoreFolder({ ...toSource(snapshotId, options), reason }), {
        result: folderRestoreResult,
        text: restoredText,
        status: ({ verifiedLevel }) => (verifiedLevel === 4 ? exitStatus.done : exitStatus.integrity),
        detach,
      }),
    );

  function addSource(command: Command): Command {
    return command
      .argument('<snapshot>', 'id of a folder snapshot, or at least its first 8 digits')
      .requiredOption('--to <folder>', 'folder:DIR, there or not', (text) => {
        if (/^folder:./.test(text)) return here(text.slice('folder:'.length));
        throw new InvalidArgumentError('A folder snapshot is restored to folder:DIR.');
      })
      .option('--only <path...>', 'these files and folders, by their paths below the folder')
      .option('--overwrite', 'replace files that are there already')
      .option('--detach', 'answer at once with the id of the job');
  }
}

function toSource(snapshotId: string, { to, only = [], overwrite = false }: Restoring) {
  return { snapshotId, destination: to, only, overwrite };
}

const foldersText = (items: readonly ProtectedFolder[]) =>
  table(
    ['PATH', 'OF', 'LAST BACKUP', 'FILES', 'SIZE', 'WARNINGS', 'ID'],
    items.map(({ path, tenantId, lastBackup, id }) => [
      path,
      tenantId,
      lastBackup?.time ?? 'none yet',
      lastBackup?.files ?? '',
      lastBackup === null ? '' : size(lastBackup.bytes),
      lastBackup?.warnings ?? '',
      id,
    ]),
  );

/** Also shown after the snapshots of a backup. */
export const folderSnapshotsText = (items: readonly FolderSnapshot[]) =>
  table(
    ['TIME', 'FOLDER', 'FILES', 'SIZE', 'ADDED', 'WARNINGS', 'ID'],
    items.map((item) => [
      item.time,
      item.path,
      item.files,
      size(item.bytes),
      size(item.bytesAdded),
      item.warnings,
      item.id,
    ]),
  );

const folderText = ({ id, tenantId, path, excludes, lastBackup }: ProtectedFolder) =>
  facts([
    ['id', id],
    ['path', path],
    ['of', tenantId],
    ['left out', excludes.length === 0 ? 'nothing' : excludes.join(', ')],
    ['last backup', lastBackup?.time ?? 'none yet'],
    ...(lastBackup === null
      ? []
      : [
          ['snapshot', lastBackup.id] as const,
          ['files', lastBackup.files] as const,
          ['size', size(lastBackup.bytes)] as const,
          ['databases', lastBackup.databases ?? 'unknown'] as const,
          ['warnings', lastBackup.warnings] as const,
        ]),
  ]);

function previewText(preview: FolderPreview): string {
  const head = facts([
    ['path', preview.path],
    ['files', preview.files],
    ['size', size(preview.bytes)],
    ['folders', preview.folders],
    ['links', preview.links],
    ['databases', preview.databases],
    ['passed over', preview.special],
    ['warnings', preview.warnings],
  ]);
  return [head, ...preview.notices.map(noticeText), ...preview.notes.map(noteText)].join('\n');
}

const planText = (plan: FolderRestorePlan) =>
  [
    facts([
      ['snapshot', plan.snapshotId],
      ['of', plan.path],
      ['to', plan.destination],
      ['files', plan.files],
      ['size', size(plan.bytes)],
      ['free', size(plan.freeBytes)],
      ['there already', plan.existing],
    ]),
    ...plan.obstacles.map((obstacle) => plain(`! ${obstacle}`)),
  ].join('\n');

const restoredText = (result: FolderRestoreResult) =>
  [
    facts([
      ['snapshot', result.snapshotId],
      ['to', result.folder],
      ['verified', result.verifiedLevel === 4 ? 'every file' : 'no: parts are damaged'],
      ['files', result.files],
      ['size', size(result.bytes)],
      ['databases', result.databases],
      ['warnings', result.warnings],
    ]),
    ...result.notes.map(noteText),
  ].join('\n');

const noteText = ({ path, problem, detail }: Pick<FolderNote, 'path' | 'detail'> & { problem: string }) =>
  plain(`! ${path}: ${problem}${detail === null ? '' : ` (${detail})`}`);

const noticeText = (notice: 'network' | 'synced') =>
  notice === 'network'
    ? '! It lies on a network share: others may change it while it is read.'
    : '! A service copies it to other machines: it may change while it is read.';
