/** What the operating system refused, and to which call. */
export interface SystemError {
  /** Such as `ENOSPC`. */
  readonly errno: string;
  /** Such as `fsync`; null where Node itself refused, before any call. */
  readonly syscall: string | null;
  /** The error code that it amounts to; the words are those of whoever knows what the file is to an operator. */
  readonly means: 'STORAGE_FULL' | 'READ_ONLY' | 'IO';
}

const meanings: { readonly [errno: string]: SystemError['means'] } = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EROFS: 'READ_ONLY',
  EACCES: 'READ_ONLY',
  EPERM: 'READ_ONLY',
};

/** An error of the file system, as node:fs throws it; undefined for any other. */
export function systemError(error: unknown): SystemError | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined;
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : null;
  return { errno: error.code, syscall, means: meanings[error.code] ?? 'IO' };
}
