import { HoldfastError } from '../../shared/errors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { hashLength } from './merkle.ts';
import { type NoteVerifier, parseNote, verifyNote } from './note.ts';

/** The head of a log: its origin, how many leaves it has, and their root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** `origin\nsize\nbase64 root\n` (C2SP tlog-checkpoint). Throws VALIDATION for what no checkpoint can hold. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (origin === '' || /[\x00-\x1f]/.test(origin) || !origin.isWellFormed()) throw malformed('origin');
  if (!Number.isSafeInteger(size) || size < 0) throw malformed('size');
  if (root.length !== hashLength) throw malformed('root');
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** Reads the text of a checkpoint. Throws VALIDATION for any other form, extension lines included. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', end, ...rest] = text.split('\n');
  if (end !== '' || rest.length > 0) throw malformed('lines');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) throw malformed('size');
  const root = decodeBase64(encoded);
  if (root === undefined) throw malformed('root');
  const checkpoint = { origin, size: Number(size), root };
  if (formatCheckpoint(checkpoint) !== text) throw malformed('form');
  return checkpoint;
}

/**
 * Reads and verifies a signed checkpoint of the log with this origin. Throws VALIDATION when it is none, and
 * INTEGRITY when it is another log's, or is not signed by one of the keys (see `verifyNote`).
 */
export function openCheckpoint<Known extends NoteVerifier>(
  note: Uint8Array,
  origin: string,
  known: readonly Known[],
): { checkpoint: Checkpoint; signedBy: Known[] } {
  const parsed = parseNote(note);
  const signedBy = verifyNote(parsed, known);
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== origin) {
    throw new HoldfastError('INTEGRITY', 'A checkpoint belongs to another log.', {
      problems: [{ kind: 'origin', expected: origin, found: checkpoint.origin }],
    });
  }
  return { checkpoint, signedBy };
}

function malformed(reason: string): HoldfastError {
  return new HoldfastError('VALIDATION', `This is not a checkpoint: ${reason}.`, { reason });
}
