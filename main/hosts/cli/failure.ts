import { ORPCError } from '@orpc/client';
import { CommanderError } from 'commander';
import { type ErrorData, HoldfastError } from '../../../shared/errors.ts';
import { fromTransportError } from '../../rpc/errors.ts';

export const usage = (message: string) => new HoldfastError('USAGE', message);

export const interruption = () => new HoldfastError('CANCELLED', 'Interrupted.', { interrupted: true });

/** Whatever was thrown as an error of the contract; what nobody foresaw becomes INTERNAL. */
export function toFailure(error: unknown): HoldfastError {
  if (error instanceof CommanderError) return usage(error.message.replace(/^error: /, ''));
  const known = fromTransportError(error);
  if (known instanceof HoldfastError) return known;
  if (known instanceof ORPCError) {
    return new HoldfastError('INTERNAL', `The core gave an answer outside the contract: ${known.message}`);
  }
  if (known instanceof Error && known.name === 'AbortError') return interruption();
  const refused = systemRefusal(known);
  if (refused) return refused;
  const text = known instanceof Error ? known.message : String(known);
  return new HoldfastError('INTERNAL', `Something unforeseen went wrong: ${text}`, {}, { cause: known });
}

function systemRefusal(error: unknown): HoldfastError | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const data: ErrorData = { syscall: String(error.syscall), errno: String(error.code) };
  return new HoldfastError('IO', `The operating system refused: ${error.message}`, data, { cause: error });
}
