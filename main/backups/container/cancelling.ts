import { HoldfastError } from '../../../shared/errors.ts';

/** Throws CANCELLED, or the HoldfastError that the signal was aborted with. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof HoldfastError) throw signal.reason;
  throw new HoldfastError('CANCELLED', 'The work was cancelled.', {}, { cause: signal.reason });
}
