import { HoldfastError } from '../../../shared/errors.ts';

/** The error for damage: names the file and says what is wrong with it. */
export function damaged(file: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `${file} of the repository is damaged: ${what}.`,
    { problems: [{ file, what }] },
    cause === undefined ? {} : { cause },
  );
}

/** Parses JSON that lies in a repository file; throws INTEGRITY naming the file. */
export function parseStoredJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text, /\d{16}/.test(text) ? keepBigIntegers : undefined);
  } catch (error) {
    throw damaged(file, 'its content is not JSON', error);
  }
}

// inode and device numbers use all 64 bits
function keepBigIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && /^\d+$/.test(context.source) ? BigInt(context.source) : value;
}
