import { HoldfastError } from '../../../shared/errors.ts';
import { systemCode } from '../container/file-errors.ts';

/** The system's refusal at the place a restore writes to, in an operator's words; other errors as they are. */
export function destinationError(error: unknown, what: string): unknown {
  const code = systemCode(error);
  if (error instanceof HoldfastError || code === undefined) return error;
  const options = { cause: error };
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new HoldfastError(
        'STORAGE_FULL',
        `No space is left where ${what} is restored to. Free some, or choose another place.`,
        { where: 'destination' },
        options,
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new HoldfastError(
        'READ_ONLY',
        `The place where ${what} is restored to cannot be written. Choose another.`,
        { where: 'destination', errno: code },
        options,
      );
    default: {
      const syscall = error instanceof Error && 'syscall' in error ? String(error.syscall) : '';
      return new HoldfastError(
        'IO',
        `The operating system refused to write ${what} (${syscall}: ${code}).`,
        { where: 'destination', syscall, errno: code },
        options,
      );
    }
  }
}
