import { HoldfastError } from '../../../shared/errors.ts';
import { type KeyFile, openMasterKeys, readKeyFiles, writeKeyFile } from '../container/key-file.ts';
import { thisProcess } from '../container/locks.ts';
import type { RepositoryFiles } from '../container/repository-files.ts';
import type { RepositoryAccess } from '../repository-access.ts';

type Opening = Pick<RepositoryAccess, 'password' | 'recovery'>;

/**
 * Makes the present recovery key open a repository, beside whatever else does. Answers whether there is a repository.
 * Errors: UNAUTHENTICATED (the machine's own password opens nothing), IO, STORAGE_FULL, READ_ONLY.
 */
export async function addRecoveryKey(
  files: RepositoryFiles,
  { password, recovery }: Opening,
  nowMs: number,
): Promise<boolean> {
  if (!(await isThere(files))) return false;
  if ((await readKeyFiles(files)).some((file) => isOf(file, recovery.salt))) return true;
  const { master } = await openMasterKeys(files, { password });
  await writeKeyFile(files, master, { derived: recovery }, thisProcess(), nowMs);
  return true;
}

/**
 * Takes former recovery keys, by their salts, from a repository; keys that somebody added with restic stay. Does nothing
 * unless the present one opens it. Answers whether none of the former ones is left. Errors: IO, READ_ONLY.
 */
export async function removeFormerKeys(
  files: RepositoryFiles,
  { recovery }: Pick<Opening, 'recovery'>,
  former: ReadonlySet<string>,
): Promise<boolean> {
  if (!(await isThere(files))) return true;
  const found = await readKeyFiles(files);
  const going = found.filter(({ salt }) => former.has(Buffer.from(salt).toString('base64')));
  if (!found.some((file) => isOf(file, recovery.salt))) return going.length === 0;
  let isGone = true;
  // what an object lock keeps opens the repository as ever
  for (const { name } of going) if ((await files.remove('keys', name)) !== undefined) isGone = false;
  return isGone;
}

async function isThere(files: RepositoryFiles): Promise<boolean> {
  try {
    return (await files.size('config', '')) !== undefined;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

const isOf = ({ salt }: KeyFile, wanted: Uint8Array) => Buffer.compare(salt, wanted) === 0;
