import { ORPCError, ValidationError } from '@orpc/server';
import { type ErrorData, HoldfastError } from '../../shared/errors.ts';

/** Where raw errors go: to the process's log, never across the boundary. */
export interface ErrorLog {
  report(error: unknown, correlationId: string): void;
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const mostIssues = 20;
const longestText = 300;

const pathOf = (issue: Issue) =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

/**
 * What crosses the boundary: a code of the contract with its data. Bad input becomes VALIDATION with the
 * places that are wrong; anything unforeseen becomes INTERNAL with the correlation id and is logged here.
 */
export function toHoldfastError(error: unknown, correlationId: string, log: ErrorLog): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof ORPCError && error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    return notValid(error.cause.issues);
  }
  log.report(error, correlationId);
  return new HoldfastError(
    'INTERNAL',
    `Something unforeseen went wrong. The log of this process has the details under ${correlationId}.`,
    { correlationId },
  );
}

/** Bad input may be wrong in a million places: some are told, the others counted. */
function notValid(all: readonly Issue[]): HoldfastError {
  const issues = all.slice(0, mostIssues).map((issue) => ({
    path: pathOf(issue).slice(0, longestText).toWellFormed(),
    message: issue.message.slice(0, longestText).toWellFormed(),
  }));
  const places = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const more = all.length - issues.length;
  if (more > 0) places.push(`and ${more} more`);
  return new HoldfastError('VALIDATION', `The input is not valid. ${places.join('; ')}`, {
    issues,
    ...(more > 0 ? { more } : {}),
  });
}

/** The form in which oRPC carries it. */
export function toTransportError(error: HoldfastError): ORPCError<string, ErrorData> {
  return new ORPCError(error.code, { defined: true, message: error.message, data: error.data });
}

/** The other way round, on the client's side of any transport. */
export function fromTransportError(error: unknown): unknown {
  if (!(error instanceof ORPCError) || !error.defined) return error;
  return new HoldfastError(error.code, error.message, error.data ?? {});
}
