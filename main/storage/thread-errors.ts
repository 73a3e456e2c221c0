import { type ErrorCode, type ErrorData, HoldfastError } from '../../shared/errors.ts';

/** An error in a form that crosses threads, where classes and codes do not. */
export interface ThreadError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data: ErrorData;
}

export function toThreadError(error: unknown): ThreadError {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message, data: error.data };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), data: {} };
}

export function fromThreadError({ code, message, data }: ThreadError): HoldfastError {
  return new HoldfastError(code, message, data);
}
