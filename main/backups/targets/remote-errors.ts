import { HoldfastError } from '../../../shared/errors.ts';

// What may go wrong with a target on another machine, in the operator's words. `server` is a host, never a credential.

/** Nothing answers, or it broke off. */
export function unreachable(server: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `${server} cannot be reached (${why}). Check the network and that the server runs; copying goes on where it was.`,
    { manager: 'backups', reason: 'target-unreachable', server },
    cause === undefined ? {} : { cause },
  );
}

export function wrongCredentials(server: string, code: string): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN',
    `${server} does not accept the credentials (${code}). Give the right ones with \`holdfast backup target update\`.`,
    { reason: 'target-credentials', server },
  );
}

export function noCredentials(server: string): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN',
    `There are no credentials for ${server}; a recovery brings none back. Give them with \`holdfast backup target update\`.`,
    { reason: 'target-no-credentials', server },
  );
}

export function denied(server: string, what: string): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN',
    `${server} refuses access to ${what}. Let these credentials list, read, write and delete there.`,
    { reason: 'target-denied', server },
  );
}

export function missingFile(what: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `${what} is missing; the repository or a part of it was removed. Bring it back if you can, and make a new backup.`,
    { kind: 'repository-file', id: what },
  );
}

export function remoteFull(server: string, what: string): HoldfastError {
  return new HoldfastError(
    'STORAGE_FULL',
    `There is no space left on ${server} for ${what}. Free some there, or raise its quota, and try again.`,
    { where: 'repository', file: what },
  );
}

/** The server's own word for what it refused is in `code`. */
export function remoteFailed(server: string, what: string, code: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'IO',
    `${server} failed at ${what} (${code}). Look at its log, and try again.`,
    { syscall: 'remote', errno: code, file: what },
    cause === undefined ? {} : { cause },
  );
}

/** Errors: INTEGRITY. */
export function tooLarge(server: string, what: string): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `${server} answers more of ${what} than can be. It is no file of this repository, or the server is not what it says.`,
    { problems: [{ file: what, what: 'too large' }] },
  );
}
