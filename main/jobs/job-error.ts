import type { Job } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';

export type JobError = NonNullable<Job['error']>;

/** Told of what went wrong inside, with the operation it belongs to; its text never leaves the process. */
export type ErrorLog = (error: unknown, operationId: Uuid | null) => void;

/** What went wrong with this machine rather than with what was asked for. */
const ofTheMachine = new Set<string>(['IO', 'INTEGRITY', 'STORAGE_FULL', 'UNAVAILABLE', 'INTERRUPTED']);

/**
 * The form in which an error is kept and shown: a HoldfastError as it is, anything else as INTERNAL with the
 * operation's id as correlation id. The log is told of the whole of what no input explains.
 */
export function jobError(error: unknown, operationId: Uuid, log: ErrorLog): JobError {
  const known = error instanceof HoldfastError && error.code !== 'INTERNAL';
  if (!known || ofTheMachine.has(error.code)) log(error, operationId);
  if (known) return plain(error);
  const message = `The work failed for a reason inside Holdfast. The log of this process has more under ${operationId}.`;
  return { code: 'INTERNAL', message, data: { correlationId: operationId } };
}

export const cancelled = () => new HoldfastError('CANCELLED', 'The work was cancelled.');

export const interrupted = () =>
  new HoldfastError(
    'INTERRUPTED',
    'The work ended with the process that ran it. Start it again, or undo what it began.',
  );

function plain({ code, message, data }: HoldfastError): JobError {
  return JSON.parse(JSON.stringify({ code, message, data }));
}

/** How a job that ended with `error` is to be called, by why it had been told to stop, if it had. */
export function endOf(
  error: unknown,
  signal: AbortSignal,
): { readonly state: 'failed' | 'cancelled' | 'interrupted'; readonly error: unknown } {
  if (!signal.aborted) return { state: 'failed', error };
  const asked: unknown = signal.reason;
  const ofStopping = error === asked || !(error instanceof HoldfastError) || stopCodes.has(error.code);
  if (!ofStopping) return { state: 'failed', error };
  const byProcess = asked instanceof HoldfastError && asked.code === 'INTERRUPTED';
  return byProcess
    ? { state: 'interrupted', error: interrupted() }
    : { state: 'cancelled', error: cancelled() };
}

const stopCodes = new Set<string>(['CANCELLED', 'INTERRUPTED']);
