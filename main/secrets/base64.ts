import { z } from 'zod';

/** Canonical base64 of `length` bytes (of any number from 1 where absent), as a Buffer. */
export function base64Bytes(length?: number) {
  return z.string().transform((text, context): Buffer => {
    const bytes = Buffer.from(text, 'base64');
    const fits = length === undefined ? bytes.length > 0 : bytes.length === length;
    if (fits && bytes.toString('base64') === text) return bytes;
    context.addIssue({ code: 'custom', message: `not base64 of ${length ?? 'any'} bytes` });
    return z.NEVER;
  });
}
