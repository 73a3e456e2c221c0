import type { z } from 'zod';
import { HoldfastError } from '../../shared/errors.ts';

function damaged(what: string, detail: string, cause?: unknown): HoldfastError {
  const problems = [{ kind: 'form', file: what }];
  return new HoldfastError(
    'INTEGRITY',
    `${what} is damaged: ${detail} Bring it back from a copy, or recover with the recovery key.`,
    { problems },
    { cause },
  );
}

/**
 * Parses hostile bytes as JSON with a `format` number first looked at on its own, then by `schema`.
 * Throws NEWER_FORMAT for a later format, INTEGRITY for anything else that does not fit.
 */
export function parseJsonFile<Schema extends z.ZodType>(
  what: string,
  bytes: Uint8Array,
  known: number,
  schema: Schema,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(what, 'it is not JSON.', cause);
  }
  const found = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof found === 'number' && Number.isSafeInteger(found) && found > known) {
    throw new HoldfastError(
      'NEWER_FORMAT',
      `${what} was written by a newer version. Update, then try again.`,
      {
        what,
        found,
        known,
      },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // Only places are told: a message of the parser could quote a secret.
  const places = parsed.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
  throw damaged(what, `look at ${places}.`);
}
