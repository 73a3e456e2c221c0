import type { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';

const largestJson = 16_384;

/** The bytes of a request as they come. */
export async function* bodyOf({ body }: Request): AsyncIterable<Uint8Array> {
  if (body !== null) yield* body;
}

/** A small JSON body. Errors: VALIDATION. */
export async function jsonOf<Value>(request: Request, form: z.ZodType<Value>): Promise<Value> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bodyOf(request)) {
    size += piece.length;
    if (size > largestJson) break;
    pieces.push(piece);
  }
  try {
    if (size > largestJson) throw new RangeError('too large');
    return form.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')));
  } catch (cause) {
    throw new HoldfastError(
      'VALIDATION',
      'The request is not the JSON that is asked for here.',
      { issues: [{ path: '', message: 'not the JSON that is asked for' }] },
      { cause },
    );
  }
}
