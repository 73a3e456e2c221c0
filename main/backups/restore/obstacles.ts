import { HoldfastError } from '../../../shared/errors.ts';

/** What stands in the way of a restore. */
export function inTheWay(obstacles: readonly string[]): HoldfastError {
  return new HoldfastError('CONFLICT', `The restore cannot start: ${obstacles.join(' ')}`, {
    reason: 'obstacles',
    obstacles: [...obstacles],
  });
}
