import { z } from 'zod';
import { evidenceStatuses } from '../../shared/compliance.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { CannotRun } from '../audit/bundle/verifier/findings.mjs';
import { verifyFile } from '../audit/bundle/verifier/node.mjs';

export { stampText } from '../audit/bundle/verifier/timestamps.mjs';
export { basisText, periodText, sealedText, statusText } from '../audit/bundle/verifier/told.mjs';

const bundleReport = z.object({
  verdict: z.enum(['verified', 'tampered', 'incomplete']),
  /** `index` is the entry that it is about. */
  problems: z.array(z.object({ index: z.number().nullable(), reason: z.string() })),
  /** Why what verifies is not enough. */
  missing: z.array(z.string()),
  log: z.string().nullable(),
  first: z.number(),
  entries: z.number(),
  matched: z.number(),
  /** What was asked for, in epoch milliseconds: `from` on, before `to`; null: from the beginning, to the end. */
  period: z.object({ from: z.number().nullable(), to: z.number().nullable() }),
  /** When the log says that it was exported, in epoch milliseconds. */
  sealedAt: z.number().nullable(),
  /** The key that signed it. */
  key: z.string().nullable(),
  /** Of its manifest: SHA-256, in hex. */
  manifest: z.string().nullable(),
  /** What was pruned before its range: the archive that has the newest part. */
  archived: z.object({ from: z.number(), to: z.number(), file: z.string(), manifest: z.string() }).nullable(),
  /** Of a report in it: each control's status, and on what that rests. */
  controls: z.array(
    z.object({
      standard: z.string(),
      id: z.string(),
      title: z.string(),
      status: z.enum(evidenceStatuses),
      /** Kinds of entries that are looked for. */
      queries: z.number(),
      /** Entries of this log that were counted again, once for each query they are of; null: could not be. */
      recounted: z.number().nullable(),
      /** Entries of other logs, as the installation states. */
      elsewhere: z.number(),
      /** Of the queries, those of logs that are not in the bundle. */
      absent: z.number(),
      /** Kinds of evidence that the installation states: settings, populations, its verification. */
      stated: z.number(),
    }),
  ),
  trustworthy: z.string(),
  /** Witnesses of the policy: how many of the entries each has seen, and when, in POSIX seconds. */
  witnessed: z.array(z.object({ witness: z.string(), entries: z.number(), time: z.number() })),
  /** Time stamps that hold: of how many entries, when and how exactly (milliseconds), by whom, and the pinned CA. */
  timestamped: z.array(
    z.object({
      entries: z.number(),
      size: z.number(),
      time: z.number(),
      accuracy: z.number().nullable(),
      authority: z.string(),
      ca: z.string(),
      fingerprint: z.string(),
    }),
  ),
  notProven: z.array(z.string()),
});
export type BundleReport = z.infer<typeof bundleReport>;

/** Checks an exported bundle by the code that lies in it. Errors: VALIDATION (key, policy, format), IO. */
export async function verifyBundle(
  file: string,
  trusted: { readonly key: string | undefined; readonly policy: string | undefined },
): Promise<BundleReport> {
  try {
    return bundleReport.parse(await verifyFile(file, trusted));
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    throw new HoldfastError('VALIDATION', error.message, { reason: 'cannot-check' }, { cause: error });
  }
}
