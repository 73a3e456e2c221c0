import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import { type RepositoryAccess, withNewRepository, withRepository } from '../repository-access.ts';
import { clearWorkFolder } from '../work-folder.ts';
import { type FoundFolder, findFolders, whereSound } from './find-folders.ts';
import { nodesIn } from './folder-tree.ts';
import { type FolderRestorePlan, previewFolderRestore } from './plan-folder-restore.ts';
import { previewFolder } from './preview-folder.ts';
import { restoreFolder } from './restore-folder.ts';
import { type FolderMade, type FolderPlan, saveFolder } from './save-folder.ts';

export interface SaveInput {
  readonly task: 'save';
  readonly access: RepositoryAccess;
  /** Make the repository where there is none. */
  readonly mayCreate: boolean;
  /** Snapshots that the catalogue lists. */
  readonly known: readonly string[];
  readonly plan: FolderPlan;
}

export interface SaveOutput {
  readonly made: FolderMade;
  /** Folder snapshots that the catalogue does not list: a run was killed before it could. */
  readonly found: readonly FoundFolder[];
}

export type FolderInput =
  | SaveInput
  | { readonly task: 'preview'; readonly path: string; readonly excludes: readonly string[] }
  | {
      readonly task: 'plan' | 'restore';
      readonly access: RepositoryAccess;
      readonly plan: FolderRestorePlan;
    };

serveCall<FolderInput, unknown>(async (input, context) => {
  switch (input.task) {
    case 'save':
      return await save(input, context);
    case 'preview':
      return await previewFolder(input, context);
    case 'plan':
      return await withRepository(input.access, (repository) =>
        previewFolderRestore(repository, input.plan, context),
      );
    case 'restore':
      return await withRepository(input.access, (repository) =>
        restoreFolder(repository, input.plan, context),
      );
  }
});

async function save(
  { access, mayCreate, known, plan }: SaveInput,
  context: WorkerContext,
): Promise<SaveOutput> {
  await mkdir(plan.workFolder, { recursive: true, mode: 0o700 });
  const workFolder = await mkdtemp(join(plan.workFolder, 'folder-'));
  const within = mayCreate ? withNewRepository : withRepository;
  try {
    return await within(access, async (repository) => {
      const found = await findFolders(repository, access.location, known);
      const parent = await readable(repository, plan);
      return { found, made: await saveFolder(repository, { ...plan, parent, workFolder }, context) };
    });
  } finally {
    await clearWorkFolder(workFolder);
  }
}

/** The snapshot before, where it is still there and whole enough to go on from. */
async function readable(repository: Repository, { parent, path }: FolderPlan): Promise<string | null> {
  if (parent === null) return null;
  return (await whereSound(() => nodesIn(repository, parent, path))) === undefined ? null : parent;
}
