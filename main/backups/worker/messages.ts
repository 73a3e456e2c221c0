import { type ErrorCode, type ErrorData, HoldfastError } from '../../../shared/errors.ts';

type Unit = 'bytes' | 'rows' | 'files' | 'entries';

/** What a working thread sends. */
export type WorkerMessage =
  | { readonly kind: 'phase'; readonly name: string; readonly total: number | null; readonly unit: Unit }
  | { readonly kind: 'advance'; readonly by: number }
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: CarriedError };

/** What it is sent. */
export interface CancelMessage {
  readonly kind: 'cancel';
}

/** An error on its way between threads. */
export interface CarriedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly data: ErrorData;
  readonly stack: string | undefined;
}

export function carryError(error: unknown): CarriedError {
  if (error instanceof HoldfastError) {
    return { code: error.code, message: error.message, data: error.data, stack: error.stack };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, data: {}, stack };
}

export function carriedError({ code, message, data, stack }: CarriedError): Error {
  const error = code === null ? new Error(message) : new HoldfastError(code, message, data);
  if (stack !== undefined) error.stack = stack;
  return error;
}

export function cancelled(): HoldfastError {
  return new HoldfastError('CANCELLED', 'The work was cancelled.');
}
