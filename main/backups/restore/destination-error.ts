import { HoldfastError } from '../../../shared/errors.ts';
import { systemError } from '../../storage/system-error.ts';

/** The system's refusal at the place a restore writes to, in an operator's words; other errors as they are. */
export function destinationError(error: unknown, what: string): unknown {
  const system = systemError(error);
  if (error instanceof HoldfastError || system === undefined) return error;
  const { errno, means } = system;
  const options = { cause: error };
  switch (means) {
    case 'STORAGE_FULL':
      return new HoldfastError(
        'STORAGE_FULL',
        `No space is left where ${what} is restored to. Free some, or choose another place.`,
        { where: 'destination' },
        options,
      );
    case 'READ_ONLY':
      return new HoldfastError(
        'READ_ONLY',
        `The place where ${what} is restored to cannot be written. Choose another.`,
        { where: 'destination', errno },
        options,
      );
    case 'IO': {
      const syscall = system.syscall ?? '';
      return new HoldfastError(
        'IO',
        `The operating system refused to write ${what} (${syscall}: ${errno}).`,
        { where: 'destination', syscall, errno },
        options,
      );
    }
  }
}
