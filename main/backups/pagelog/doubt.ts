import { HoldfastError } from '../../../shared/errors.ts';

const reason = 'page-log-in-doubt';

/** A chain of captures cannot go on: what was written meanwhile is not all known, so only a new base helps. */
export function doubt(why: string): HoldfastError {
  return new HoldfastError('CONFLICT', `The page log cannot go on: ${why}. The next backup is a full one.`, {
    reason,
  });
}

export function isDoubt(error: unknown): error is HoldfastError {
  return error instanceof HoldfastError && error.code === 'CONFLICT' && error.data.reason === reason;
}

/** Whether trying again is of no use: a doubt, or a segment that is damaged or of another form. */
export function isLasting(error: unknown): boolean {
  const damage = error instanceof HoldfastError && ['INTEGRITY', 'NEWER_FORMAT'].includes(error.code);
  return damage || isDoubt(error);
}
