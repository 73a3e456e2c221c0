import { z } from 'zod';

/** Largest message a caller may send, bytes. */
export const largestFrame = 16 * 2 ** 20;

const abort = 4;
const id = z.string().min(1).max(40);
const url = z.string().regex(/^\/[A-Za-z]+\/[A-Za-z]+$/);
const ending = z.strictObject({ i: id, t: z.literal(abort), p: z.unknown().optional() });

/**
 * What a caller may send: a request of the RPC protocol with no header but its session's, or the end of one.
 * Nothing in the contract streams towards the core or carries a file.
 */
const frame = z.union([
  ending,
  z.strictObject({
    i: id,
    p: z.strictObject({
      u: url,
      b: z.unknown().optional(),
      h: z.strictObject({ authorization: z.string().max(500).optional() }).optional(),
    }),
  }),
]);

/** What a window may send: the same with no header at all, since its host keeps the session. */
const windowFrame = z.union([
  ending,
  z.strictObject({ i: id, p: z.strictObject({ u: url, b: z.unknown().optional() }) }),
]);

/** Tells messages of the protocol from others; whether their input is right, the contract says later. */
export type FrameCheck = (message: unknown) => message is string;

export const isFrame: FrameCheck = (message) => fits(frame, message);
export const isWindowFrame: FrameCheck = (message) => fits(windowFrame, message);

function fits(form: z.ZodType, message: unknown): message is string {
  if (typeof message !== 'string' || Buffer.byteLength(message) > largestFrame) return false;
  try {
    return form.safeParse(JSON.parse(message)).success;
  } catch {
    return false;
  }
}

/** The session token in an Authorization header (RFC 6750 section 2.1). */
export function bearer(header: string | readonly string[] | undefined): string | undefined {
  const match = typeof header === 'string' ? /^Bearer ([\x21-\x7e]+)$/.exec(header) : null;
  return match?.[1];
}
