import { HoldfastError } from '../../shared/errors.ts';

/** What an error of the file system says about a file that an operator named. Other errors are answered as they are. */
export function outsideError(error: unknown): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error)) return error;
  if (!('code' in error) || !('syscall' in error)) return error;
  const [code, syscall] = [String(error.code), String(error.syscall)];
  const options = { cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new HoldfastError(
      'NOT_FOUND',
      'There is no such file or folder. Check its name.',
      { kind: 'path', id: '' },
      options,
    );
  }
  if (code === 'EEXIST') {
    const message = 'There is a file of this name already: choose another one.';
    return new HoldfastError('CONFLICT', message, { reason: 'file-exists' }, options);
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = 'There is no space left for the file. Free some and try again.';
    return new HoldfastError('STORAGE_FULL', message, { where: 'file' }, options);
  }
  const message = `The operating system refused ${syscall} on the file (${code}). Check its permissions and its disk.`;
  return new HoldfastError('IO', message, { syscall, errno: code }, options);
}

/** Runs `action` with its errors turned by `outsideError`. */
export function outside<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw outsideError(error);
  }
}
