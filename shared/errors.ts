/** What each error code means to the person who meets it; the text itself is the reader's language. */
export const errorCodes = [
  'VALIDATION', // the input is not of the form asked for; data.issues says where
  'UNAUTHENTICATED', // no session, an ended one, or a wrong passphrase; data.retryAfterMs when delayed
  'FORBIDDEN', // the role lacks data.permission
  'STEP_UP_REQUIRED', // a fresh proof of the passphrase is needed
  'APPROVAL_PENDING', // a second person has to agree first
  'NOT_FOUND', // data.kind, data.id
  'CONFLICT', // the state does not allow it: data.reason
  'QUOTA_EXCEEDED', // data.quota, data.limit, data.used, data.asked
  'TIER_FORBIDS', // data.tier, data.feature
  'LOCKED', // someone else holds it: data.holder
  'INTEGRITY', // stored data is damaged or was changed: data.problems
  'KEYCHAIN_UNAVAILABLE', // locked, missing, or without this installation's key
  'STORAGE_FULL', // no space left: data.path is never sent, data.where names the part
  'READ_ONLY', // the folder cannot be written
  'UNSUITABLE_FOLDER', // a network or synced folder: data.fileSystem
  'NEWER_FORMAT', // written by a newer version: data.what, data.found, data.known
  'AUDIT_UNAVAILABLE', // the log cannot be written, so critical operations are refused
  'CANCELLED',
  'INTERRUPTED', // a job ended with the process that ran it
  'IO', // the operating system refused: data.syscall, data.errno
  'UNAVAILABLE', // a manager is down: data.manager
  'USAGE', // the command line was wrong
  'INTERNAL', // anything else, with data.correlationId
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts that go with an error: plain JSON, no secret, no path of this machine, no SQL. */
export type ErrorData = { readonly [key: string]: JsonValue };
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * An error that an operator may meet. `message` says, in English, what happened, to what, and what to do
 * next; screens build their own sentence from `code` and `data`.
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, message: string, data: ErrorData = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
