import type { CheckpointCheck } from '../../../shared/contract/audit/integrity.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { rootAt } from '../bundle/seal.ts';
import { openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import { epochOf, isKeyOfEpoch } from '../log-name.ts';
import type { LogHead } from '../log-store.ts';
import { sameHash } from '../merkle.ts';
import { parseNote } from '../note.ts';
import { parseVerifierKey } from '../note-key.ts';
import { prunedOf } from '../retention/pruned-rows.ts';

interface Known {
  readonly reading: Reading;
  readonly heads: readonly LogHead[];
  readonly installationId: Uuid;
  /** Verifier keys of this installation, of every epoch and generation. */
  readonly keys: readonly string[];
}

/**
 * Whether a log goes on from a checkpoint that was kept elsewhere: on paper, in a mail, in a report. It compares signature, size
 * and root with the stored tree; the entries are read again by a verification. Errors: VALIDATION (it is none).
 */
export function checkCheckpoint(
  { reading, heads, installationId, keys }: Known,
  text: string,
): CheckpointCheck {
  // as paper and mail leave it
  const bytes = Buffer.from(`${text.replaceAll('\r', '').trim()}\n`);
  const { origin, size } = parsed(() => parseCheckpoint(parseNote(bytes).text));
  const head = heads.find((other) => other.origin === origin);
  const told = (finding: CheckpointCheck['finding']) => ({
    finding,
    logId: origin,
    size,
    present: head?.size ?? null,
  });
  const verifiers = keys
    .map(parseVerifierKey)
    .filter(({ name }) => isKeyOfEpoch(name, installationId, epochOf(origin)));
  const opened = orUndefined(() => openCheckpoint(bytes, origin, verifiers));
  if (opened === undefined) return told('not-signed');
  if (head === undefined) return told('log-missing');
  if (head.size < size) return told('log-shorter');
  const root = orUndefined(() => rootAt(reading, head, size));
  if (root !== undefined) return told(sameHash(root, opened.checkpoint.root) ? 'goes-on' : 'other-entries');
  // where entries are pruned, sizes between full tiles have no root any more
  return told(size < (prunedOf(reading, head.log)?.dropped ?? 0) ? 'pruned' : 'other-entries');
}

function parsed<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new HoldfastError(
      'VALIDATION',
      'This is no signed checkpoint. Give the whole text: origin, size, root, an empty line, and each line of a signature.',
      { issues: [{ path: 'note', reason: 'no-checkpoint' }] },
      { cause: error },
    );
  }
}

/** Undefined where stored or given data do not fit. */
function orUndefined<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'INTEGRITY') return undefined;
    throw error;
  }
}
