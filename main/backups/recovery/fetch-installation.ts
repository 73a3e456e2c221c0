import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import type { RemotePlace, TargetCredentials } from '../../../shared/target-place.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { FolderFiles } from '../container/folder-files.ts';
import { copyRepository } from '../copies/copy-repository.ts';
import { folderTarget } from '../targets/folder-target.ts';
import { remoteStore } from '../targets/further-place.ts';
import { type RemoteStore, readRecoveryCopies } from '../targets/remote-target.ts';
import { type RepositoryId, repositoryFiles } from '../targets/target.ts';

/** A target on another machine that a lost installation is recovered from. */
export interface RemoteSource {
  readonly place: RemotePlace;
  readonly credentials: TargetCredentials;
}

/**
 * Brings the backups of the one installation on a target of another machine into `folder`, which is its first target from
 * then on: each file is proved by its SHA-256, and a call that was cut off is gone on with. Nothing is written to the other
 * machine. Errors: NOT_FOUND (no installation there), CONFLICT (several), INTEGRITY (copies are missing or damaged),
 * UNAVAILABLE, FORBIDDEN, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function fetchInstallation(
  { place, credentials }: RemoteSource,
  folder: string,
  context: WorkerContext,
): Promise<void> {
  const store = remoteStore(place, credentials);
  const id = await installationOn(store);
  const { recoveryJson, keyring, keysDb } = await readRecoveryCopies(store, id);
  if (recoveryJson === undefined || keyring === undefined || keysDb === undefined) throw incomplete();
  const target = folderTarget(folder, id);
  await mkdir(join(folder, id, 'repositories'), { recursive: true, mode: 0o700 });
  for (const name of await store.folders(`${id}/repositories`)) {
    if (!isRepositoryId(name)) continue;
    await copyRepository(
      repositoryFiles(store.location(`${id}/repositories/${name}`)),
      new FolderFiles(target.repository(name).location.path),
      {
        // nobody else knows of this folder yet
        lock: () => Promise.resolve({ lost: new AbortController().signal, release: () => Promise.resolve() }),
        signal: context.signal,
        pace: () => Promise.resolve(),
        onPlan: (bytes) => context.progress.phase('Fetching', bytes, 'bytes'),
        onCopied: (bytes) => context.progress.advance(bytes),
      },
    );
  }
  // by these an installation is found: only when everything else is there
  await target.publishRecovery({ recoveryJson, keyring, keysDb });
}

async function installationOn(store: RemoteStore): Promise<Uuid> {
  const ids = (await store.folders('')).filter((name): name is Uuid => uuidPattern.test(name));
  const [id, ...others] = ids;
  if (id === undefined) {
    throw new HoldfastError(
      'NOT_FOUND',
      'There are no backups of an installation there. Check the address.',
      {
        kind: 'installation',
        id: 'none',
      },
    );
  }
  if (others.length === 0) return id;
  throw new HoldfastError(
    'CONFLICT',
    `Backups of several installations lie there: ${ids.join(', ')}. Recover from a place that holds only the wanted one.`,
    { reason: 'several-installations', installations: ids },
  );
}

const isRepositoryId = (name: string): name is RepositoryId =>
  name === 'installation' || uuidPattern.test(name);

function incomplete(): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'recovery.json, keyring.enc or keys.db.enc is missing beside the repositories there. Try another target; without them only restic and replay.mjs help.',
    { problems: [{ kind: 'missing', file: 'recovery.json' }] },
  );
}
