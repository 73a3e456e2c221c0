import type { HoldfastError } from '../../../shared/errors.ts';

/** What the shell is told; a promise of the command line. */
export const exitStatus = {
  done: 0,
  failed: 1,
  integrity: 2,
  incomplete: 3,
  usage: 64,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

export function exitStatusOf(error: HoldfastError, interrupted: boolean): ExitStatus {
  if (error.code === 'CANCELLED' && (interrupted || error.data.interrupted === true))
    return exitStatus.interrupted;
  if (error.code === 'INTEGRITY') return exitStatus.integrity;
  if (error.code === 'APPROVAL_PENDING') return exitStatus.incomplete;
  if (error.code === 'USAGE') return exitStatus.usage;
  return exitStatus.failed;
}
