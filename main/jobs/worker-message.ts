import { type ErrorCode, type ErrorData, errorCodes, HoldfastError } from '../../shared/errors.ts';

/** An error on its way between threads; without a code it is one that only the log may see. */
export interface CarriedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly data: ErrorData;
  readonly stack: string;
}

export type ToWorker =
  | { readonly kind: 'run'; readonly data: unknown }
  | { readonly kind: 'abort' }
  | { readonly kind: 'end' };
export type FromWorker =
  | { readonly kind: 'message'; readonly value: unknown }
  /** `again`: the thread may be called again. */
  | { readonly kind: 'result'; readonly value: unknown; readonly again: boolean }
  | { readonly kind: 'error'; readonly error: CarriedError };

/** An error as it is handed to another thread. */
export function carry(error: unknown): CarriedError {
  if (error instanceof HoldfastError) {
    const { code, message, data, stack = '' } = error;
    return { code, message, data, stack };
  }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, data: {}, stack };
}

/** The error that `carry` was given, with its code, data and stack; one without a code is a plain Error. */
export function uncarry({ code, message, data, stack }: CarriedError): Error {
  const inside = new Error(message);
  inside.stack = stack;
  const known = errorCodes.find((each) => each === code);
  return known === undefined ? inside : new HoldfastError(known, message, data, { cause: inside });
}
