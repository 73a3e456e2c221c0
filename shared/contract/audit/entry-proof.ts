import { z } from 'zod';
import { operation } from '../operation.ts';
import { uuid } from '../values.ts';

const entryProof = z.object({
  logId: z.string(),
  index: z.int(),
  /** Entries that the checkpoint is of. */
  size: z.int(),
  /** SHA-256 of 0x00 and the record (RFC 9162, section 2.1.1), in Base 64. */
  leaf: z.string(),
  /** The root of the tree over so many entries, in Base 64. */
  root: z.string(),
  /** A whole `.tlog-proof` file of C2SP tlog-proof: the record as its extra data, index, path, signed checkpoint. */
  proof: z.string(),
});
export type EntryProof = z.infer<typeof entryProof>;

/** What a stranger needs to see that one entry is in a log. */
export const entryProofOperations = {
  getAuditProof: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({ eventId: uuid }))
    .output(entryProof),
};
