import { HoldfastError } from '../../../shared/errors.ts';
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts';
import type { NoteVerifier } from '../note.ts';
import { parseCertificates } from './certificates.ts';
import { sha256, type TimestampRow } from './timestamp-rows.ts';
import { openToken } from './token.ts';

/** What a checkpoint with a time stamp says. */
export interface Stamped extends Checkpoint {
  /** Epoch milliseconds. */
  readonly time: number;
}

/** A stored time stamp, verified anew; `own`: what the log signs with. Throws INTEGRITY, VALIDATION. */
export function openStamped(row: TimestampRow, own: readonly NoteVerifier[]): Stamped {
  const { checkpoint } = openCheckpoint(row.note, row.origin, own);
  const anchors = parseCertificates(row.certificates);
  const { time } = openToken(row.token, { imprint: sha256(row.note), anchors });
  if (checkpoint.size !== row.size || time !== row.time) {
    throw new HoldfastError('INTEGRITY', 'it is of another size or time', { problems: ['size'] });
  }
  return { ...checkpoint, time };
}
