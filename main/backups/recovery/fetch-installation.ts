import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { fileError } from '../container/file-errors.ts';
import { FolderFiles } from '../container/folder-files.ts';
import { copyRepository } from '../copies/copy-repository.ts';
import { folderTarget } from '../targets/folder-target.ts';
import { repositoryFiles } from '../targets/target.ts';
import { type RemoteSource, remoteBackups } from './backup-place.ts';

/**
 * Brings the backups of the one installation on a target of another machine into `folder`, which is its first target from
 * then on: each file is proved by its SHA-256, and a call that was cut off is gone on with. Nothing is written to the other
 * machine. Errors: NOT_FOUND (no installation there), CONFLICT (several, or another one in `folder`), INTEGRITY (copies are
 * missing or damaged), UNAVAILABLE, FORBIDDEN, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function fetchInstallation(
  source: RemoteSource,
  folder: string,
  context: WorkerContext,
): Promise<void> {
  const from = remoteBackups(source);
  const { id, parts } = await from.find();
  await refuseOthers(folder, id);
  const target = folderTarget(folder, id);
  await mkdir(join(folder, id, 'repositories'), { recursive: true, mode: 0o700 });
  for (const { owner } of await from.repositories(id)) {
    await copyRepository(
      repositoryFiles(from.location(id, owner)),
      new FolderFiles(target.repository(owner).location.path),
      {
        // nobody else knows of this folder yet
        lock: () => Promise.resolve({ lost: new AbortController().signal, release: () => Promise.resolve() }),
        // nothing there is superfluous
        makeRoom: () => Promise.resolve({ files: 0, bytes: 0 }),
        signal: context.signal,
        pace: () => Promise.resolve(),
        onPlan: (bytes) => context.progress.phase('Fetching', bytes, 'bytes'),
        onCopied: (bytes) => context.progress.advance(bytes),
      },
    );
  }
  // by these an installation is found: only when everything else is there
  await target.publishRecovery(parts);
}

/** Before anything is fetched: a folder with two installations in it is one that nothing is recovered from. */
async function refuseOthers(folder: string, id: Uuid): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, 'the backup folder');
  });
  const others = names.filter((name) => uuidPattern.test(name) && name !== id);
  if (others.length === 0) return;
  throw new HoldfastError(
    'CONFLICT',
    `Backups of another installation lie in that folder: ${others.join(', ')}. Bring these into a folder of their own.`,
    { reason: 'several-installations', installations: others },
  );
}
