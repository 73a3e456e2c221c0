import { type ErrorCode, errorCodes } from '../../shared/errors.ts';

/** An error as a screen shows it: the contract's code and data. The sentence comes from the reader's language. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, data: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.data = data;
  }
}

const isCode = (code: unknown): code is ErrorCode => errorCodes.some((known) => known === code);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whatever a call ended with as a failure of the contract; what is none of it becomes INTERNAL. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isRecord(error) && isCode(error.code)) {
    return new Failure(error.code, isRecord(error.data) ? error.data : {}, { cause: error });
  }
  return new Failure('INTERNAL', {}, { cause: error });
}

/** What the core would say to whoever asks for more than their role allows. */
export const forbidden = new Failure('FORBIDDEN');

/** The core cannot be reached now; calls wait for it no longer. */
export const disconnected = (cause?: unknown) =>
  new Failure('UNAVAILABLE', { manager: 'connection' }, { cause });
