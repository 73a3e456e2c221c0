import { z } from 'zod';
import { count, timestamp, uuid } from '../values.ts';

/** What vouches for the installation's log, the strongest first. */
const voucherKinds = ['witness', 'timestamp', 'keychain', 'backup'] as const;

/** Why the log says nothing of a time, or of what time it was. */
const gapKinds = ['not-running', 'silent', 'asleep', 'clock-turned'] as const;

const toldBy = z.object({ index: count, eventId: uuid });

const voucher = z.object({
  kind: z.enum(voucherKinds),
  /** What a witness is called here, or the host of who stamped. */
  name: z.string().nullable(),
  /** Entries that it vouches for. */
  size: count,
  time: timestamp,
});

const logKey = z.object({
  /** `<installation id>/e<epoch>/k<generation>`. */
  name: z.string(),
  epoch: count,
  generation: count,
  /** Key id of C2SP's signed-note: the first 4 bytes of a SHA-256, in hexadecimal. */
  fingerprint: z.string(),
  /** Null where no entry tells of it any more. */
  since: timestamp.nullable(),
  /** The entry by which it handed over to the next; null for the newest of an epoch. */
  handedOver: toldBy.extend({ time: timestamp }).nullable(),
  signs: z.boolean(),
});

const logGap = z.object({
  kind: z.enum(gapKinds),
  from: timestamp,
  to: timestamp,
  /** Of a turned clock, by how many milliseconds. */
  byMs: z.int().nullable(),
  /** Around it, or those that tell of it. */
  entries: z.array(toldBy),
});

const prunedRange = z.object({
  logId: z.string(),
  tenantId: uuid.nullable(),
  /** The first and the last index that were archived and dropped. */
  from: count,
  to: count,
  time: timestamp,
  /** Name of the archive. */
  file: z.string(),
  /** The entry of the installation's log that tells of it. */
  entry: toldBy,
});

/** What can be known of the log's soundness without reading all of it. */
export const logIntegrity = z.object({
  logId: z.string(),
  /** Entries of the installation's log, which vouches for all others. */
  size: count,
  /** None while the log is in doubt. */
  vouchers: z.array(voucher),
  /** The newest first. */
  keys: z.array(logKey),
  /** The newest first, a hundred at most. */
  gaps: z.array(logGap),
  /** How far back silence was looked for; null: to the beginning. */
  gapsSince: timestamp.nullable(),
  /** The newest first, a hundred at most. */
  pruned: z.array(prunedRange),
});
export type LogIntegrity = z.infer<typeof logIntegrity>;
