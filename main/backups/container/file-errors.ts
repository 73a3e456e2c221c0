import { HoldfastError } from '../../../shared/errors.ts';
import { systemError } from '../../storage/system-error.ts';

/** The operating system's code for what it refused, such as `ENOENT`; undefined for an error of another kind. */
export function systemCode(error: unknown): string | undefined {
  return systemError(error)?.errno;
}

/** The operating system's refusal in the words of an operator; `what` names the file, without a path. */
export function fileError(error: unknown, what: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { errno, syscall, means } = systemError(error) ?? { errno: 'unknown', syscall: null, means: 'IO' };
  const options = { cause: error };
  if (errno === 'ENOENT' || errno === 'ENOTDIR') {
    return new HoldfastError(
      'NOT_FOUND',
      `${what} is missing; the repository or a part of it was removed. Bring it back if you can, and make a new backup.`,
      { kind: 'repository-file', id: what },
      options,
    );
  }
  switch (means) {
    case 'STORAGE_FULL':
      return new HoldfastError(
        'STORAGE_FULL',
        `There is no space left in the backup folder for ${what}. Free some there and try again.`,
        { where: 'repository', file: what },
        options,
      );
    case 'READ_ONLY':
      return new HoldfastError(
        'READ_ONLY',
        `The backup folder refuses access to ${what}. Check its owner, its permissions and that its disk is writable.`,
        { file: what, errno },
        options,
      );
    case 'IO': {
      const call = syscall ?? 'unknown';
      return new HoldfastError(
        'IO',
        `The operating system failed at ${what} (${call}: ${errno}). Check the disk of the backups and try again.`,
        { syscall: call, errno, file: what },
        options,
      );
    }
  }
}
