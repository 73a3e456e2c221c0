import { z } from 'zod';

/** Largest message a caller may send, bytes. */
export const largestFrame = 16 * 2 ** 20;

const abort = 4;
const id = z.string().min(1).max(40);

/**
 * What a caller may send: a request of the RPC protocol with no header but its session's, or the end of one.
 * Nothing in the contract streams towards the core or carries a file.
 */
const frame = z.union([
  z.strictObject({ i: id, t: z.literal(abort), p: z.unknown().optional() }),
  z.strictObject({
    i: id,
    p: z.strictObject({
      u: z.string().regex(/^\/[A-Za-z]+\/[A-Za-z]+$/),
      b: z.unknown().optional(),
      h: z.strictObject({ authorization: z.string().max(500).optional() }).optional(),
    }),
  }),
]);

/** Whether a message has the form of the protocol; whether its input is right, the contract says later. */
export function isFrame(message: unknown): message is string {
  if (typeof message !== 'string') return false;
  try {
    return frame.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}

/** The session token in an Authorization header (RFC 6750 section 2.1). */
export function bearer(header: string | readonly string[] | undefined): string | undefined {
  const match = typeof header === 'string' ? /^Bearer ([\x21-\x7e]+)$/.exec(header) : null;
  return match?.[1];
}
