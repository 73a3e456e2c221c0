import { HoldfastError } from '../../../shared/errors.ts';

interface SystemError extends Error {
  code?: string;
  syscall?: string;
}

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The operating system's refusal in the words of an operator; `what` names the file, without a path. */
export function fileError(error: unknown, what: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const code = systemCode(error) ?? 'unknown';
  const syscall = (error as SystemError).syscall ?? 'unknown';
  const options = { cause: error };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HoldfastError(
        'STORAGE_FULL',
        `There is no space left in the backup folder for ${what}. Free some there and try again.`,
        { where: 'repository', file: what },
        options,
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new HoldfastError(
        'READ_ONLY',
        `The backup folder refuses access to ${what}. Check its owner, its permissions and that its disk is writable.`,
        { file: what, errno: code },
        options,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new HoldfastError(
        'NOT_FOUND',
        `${what} is missing; the repository or a part of it was removed. Bring it back if you can, and make a new backup.`,
        { kind: 'repository-file', id: what },
        options,
      );
    default:
      return new HoldfastError(
        'IO',
        `The operating system failed at ${what} (${syscall}: ${code}). Check the disk of the backups and try again.`,
        { syscall, errno: code, file: what },
        options,
      );
  }
}
