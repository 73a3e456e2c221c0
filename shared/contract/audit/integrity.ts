import { z } from 'zod';
import { operation } from '../operation.ts';
import { count, timestamp, wellFormedText } from '../values.ts';
import { logIntegrity } from './integrity-facts.ts';

/** The last verification of all logs. */
export const lastVerification = z.object({
  /** When it ended. */
  time: timestamp,
  verdict: z.enum(['verified', 'tampered', 'incomplete']),
  entries: count,
  problems: count,
  firstProblem: z.string().nullable(),
  /** An owner knows of the problems, so changes do not wait for them. */
  acknowledged: z.boolean(),
});
export type LastVerification = z.infer<typeof lastVerification>;

const checkpointFindings = [
  'goes-on',
  'other-entries',
  'log-shorter',
  'log-missing',
  'not-signed',
  'pruned',
] as const;

const checkpointCheck = z.object({
  /** Only with `goes-on` the log is what it was then. `not-signed` and `pruned` prove nothing; the rest is tampering. */
  finding: z.enum(checkpointFindings),
  logId: z.string(),
  /** Entries that the checkpoint vouches for. */
  size: count,
  /** Entries of that log now; null: it is not there. */
  present: count.nullable(),
});
export type CheckpointCheck = z.infer<typeof checkpointCheck>;

export const integrityOperations = {
  /** What vouches for the log and how far, its keys, times it says nothing of, and what is archived. */
  getIntegrity: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({}))
    .output(logIntegrity),
  /** Whether today's log goes on from a signed checkpoint that was kept on paper, in a mail or a report. */
  checkCheckpoint: operation({ permission: 'audit:read' })
    .input(z.object({ note: wellFormedText.min(1).max(16_000) }))
    .output(checkpointCheck),
};
