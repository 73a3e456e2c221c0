import { z } from 'zod';
import { operation } from '../operation.ts';
import { count, reason, timestamp, wellFormedText } from '../values.ts';
import { ownersChange } from './owners-change.ts';

const timestamped = z.object({
  logId: z.string(),
  /** Entries that the stamped checkpoint vouches for. */
  size: count,
  time: timestamp,
  /** Host and port of who stamped. */
  authority: z.string(),
});
export type Timestamped = z.infer<typeof timestamped>;

const authority = z.object({
  url: z.string(),
  /** OID that stamps have to be made under. */
  policy: z.string().nullable(),
  everyHours: count,
  /** The CAs that are pinned: subject, and SHA-256 of the certificate in hexadecimal. */
  certificates: z.array(z.object({ subject: z.string(), fingerprint: z.string(), validTo: timestamp })),
  /** Whether an Authorization header is sent. */
  signsIn: z.boolean(),
  setAt: timestamp,
  /** When the next stamp is due: with the first heartbeat after it. */
  dueAt: timestamp,
  /** Why the last attempt of this process failed. */
  failure: z.object({ time: timestamp, message: z.string() }).nullable(),
});
export type TimestampAuthority = z.infer<typeof authority>;

const timestamps = z.object({
  authority: authority.nullable(),
  /** Newest first, a hundred at most. */
  stamps: z.array(timestamped),
});
export type Timestamps = z.infer<typeof timestamps>;

/** RFC 3161 time stamps of the installation's checkpoints. */
export const timestampOperations = {
  listTimestamps: operation({ permission: 'audit:read' }).input(z.object({})).output(timestamps),
  /** Who is asked from now on, in place of whoever was. The address is in the log in clear. */
  setTimestampAuthority: operation({ ...ownersChange, action: 'audit.timestamp.set' })
    .input(
      z.object({
        url: z.url({ protocol: /^https?$/ }).max(1000),
        /** Certificates of the CAs that vouch for it, in PEM. */
        certificates: wellFormedText.min(1).max(16_000),
        policy: z
          .string()
          .max(100)
          .regex(/^[0-2](\.(0|[1-9][0-9]*))+$/, 'an OID, such as 1.2.3.4.1')
          .optional(),
        everyHours: z.int().min(1).max(8760).default(24),
        /** Value of an HTTP Authorization header. It is kept sealed and never answered. */
        authorization: z
          .string()
          .min(1)
          .max(4000)
          .regex(/^[A-Za-z][A-Za-z0-9-]* [\x21-\x7e][\x20-\x7e]*$/, 'a scheme and what it needs, in ASCII')
          .optional(),
      }),
    )
    .output(authority),
  /** Nobody is asked any more, and its stamps count no more; they stay stored. */
  removeTimestampAuthority: operation({ ...ownersChange, action: 'audit.timestamp.remove' })
    .input(z.object({ reason }))
    .output(z.object({})),
  /** Has the newest checkpoint stamped now. */
  requestTimestamp: operation({
    permission: 'audit:write',
    action: 'audit.timestamp.request',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({}))
    .output(timestamped),
};
