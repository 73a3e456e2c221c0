import type { Reading } from '../../storage/store.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { isKeyOfEpoch, logOrigin, signingKeyName } from '../log-name.ts';
import type { NoteVerifier } from '../note.ts';
import type { Problem } from './verify-log.ts';
import type { Told } from './verify-witnesses.ts';

interface RotationRow {
  readonly epoch: number;
  readonly generation: number;
  readonly note: Uint8Array;
}

interface RotationCheck {
  readonly installationId: string;
  readonly verifiers: readonly NoteVerifier[];
  /** Leaves of the installation's logs; those of rotations among them count. */
  readonly told: readonly Told[];
}

/**
 * Compares the checkpoints by which keys took over with the leaves that tell of it: one for each, of a tree that has the
 * leaf, signed by both. Exports hand them to whoever knows an earlier key.
 */
export function rotationProblems(reading: Reading, check: RotationCheck): Problem[] {
  const { installationId, told } = check;
  const rows = reading.sql<RotationRow>('SELECT epoch, generation, note FROM rotations').all();
  const kept = new Map(rows.map((row) => [nameOf(check, row), row]));
  const problems: Problem[] = [];
  const found = (epoch: number, index: number | null, reason: string) =>
    problems.push({ logId: logOrigin(installationId, 'installation', epoch), index, reason });
  for (const { epoch, index, record } of told) {
    if (record.act !== 'log.key.rotate') continue;
    const [from, to] = [record.x?.from, record.x?.to].map((key) => String(key).split('+')[0] ?? '');
    const row = kept.get(to ?? '');
    kept.delete(to ?? '');
    if (row === undefined) found(epoch, index, 'the checkpoint by which this key took over is missing');
    else if (!handsOver(check, row, [from ?? '', to ?? ''], index))
      found(epoch, index, 'the checkpoint by which this key took over does not fit');
  }
  for (const { epoch, generation } of kept.values())
    found(epoch, null, `a checkpoint is kept by which key ${generation} took over; no entry tells of that`);
  return problems;
}

const nameOf = ({ installationId }: RotationCheck, { epoch, generation }: RotationRow) =>
  signingKeyName(installationId, epoch, generation);

function handsOver(
  { installationId, verifiers }: RotationCheck,
  { epoch, note }: RotationRow,
  both: readonly string[],
  index: number,
): boolean {
  const known = verifiers.filter(({ name }) => isKeyOfEpoch(name, installationId, epoch));
  try {
    const origin = logOrigin(installationId, 'installation', epoch);
    const { checkpoint, signedBy } = openCheckpoint(note, origin, known);
    return checkpoint.size > index && both.every((name) => signedBy.some((key) => key.name === name));
  } catch {
    return false; // whatever is wrong with it, it hands over nothing
  }
}
