// Backs up a folder into a repository, or restores a snapshot of one; prints what came of it as JSON.
import { mkdirSync } from 'node:fs';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { restoreFolder } from '../../main/backups/folders/restore-folder.ts';
import { saveFolder } from '../../main/backups/folders/save-folder.ts';
import { HoldfastError } from '../../shared/errors.ts';

const [what = '', where = '', password = '', folder = '', work = '', snapshotId = ''] = process.argv.slice(2);
const context = {
  signal: new AbortController().signal,
  check: () => undefined,
  progress: { phase: () => undefined, advance: () => undefined },
};
mkdirSync(work, { recursive: true });
const repository = await Repository.open(new FolderFiles(where), { password });
try {
  const folderId = '01900000-0000-7000-8000-000000000001';
  const plan = {
    folderId,
    path: folder,
    excludes: [],
    parent: null,
    workFolder: work,
    startedAt: Date.now(),
    app: 'test',
  };
  const made =
    what === 'save'
      ? await saveFolder(repository, plan, context)
      : await restoreFolder(
          repository,
          { snapshotId, destination: folder, only: [], overwrite: false },
          context,
        );
  console.log(JSON.stringify(made));
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  console.log(JSON.stringify({ code: error.code }));
}
await repository.close();
