import { toRfc3339 } from '../../../shared/clock.ts';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import { epochOf } from '../log-name.ts';
import { type NoteVerifier, parseNote } from '../note.ts';
import type { AuditRecord } from '../record.ts';
import { type CosignatureRow, openCosigned, readWitnessed, readWitnesses } from '../witness/witness-rows.ts';
import type { Problem, VouchedHead } from './verify-log.ts';

/** What came back from witnesses, as heads that the logs of this installation have to lead to; and what of it does not fit. */
export function cosignedHeads(
  reading: Reading,
  own: readonly NoteVerifier[],
): { readonly heads: Map<string, VouchedHead[]>; readonly problems: Problem[] } {
  const heads = new Map<string, VouchedHead[]>();
  const problems: Problem[] = [];
  for (const row of reading.sql<CosignatureRow>('SELECT * FROM cosignatures ORDER BY origin, size').all()) {
    const { origin, witness } = row;
    try {
      const { size, root, time } = openCosigned(row, own);
      if (size !== row.size) throw new Error('it is of another size');
      const by = `the witness ${witness}, at ${toRfc3339(time)},`;
      heads.set(origin, [...(heads.get(origin) ?? []), { size, root, by }]);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push({ logId: origin, index: null, reason: `a cosigned checkpoint does not fit: ${why}` });
    }
  }
  return { heads, problems };
}

/** A leaf of an installation's log that tells of witnesses, time stamps, prunings, what decides on them, or a key that took over. */
export interface Told {
  readonly epoch: number;
  readonly index: number;
  readonly record: AuditRecord;
}

export const isTold = ({ act, who }: AuditRecord) =>
  who.k === 'system' && /^log\.(witness\.|cosign|key\.rotate|timestamp|pruned|retention\.sealed)/.test(act);

/** Compares what is stored of witnesses with the leaves of the installation's logs that tell of them. */
export class WitnessLeaves {
  readonly #told: Told[];

  constructor(told: readonly Told[] = []) {
    this.#told = [...told];
  }

  get told(): readonly Told[] {
    return this.#told;
  }

  read(origin: string, index: number, record: AuditRecord): void {
    if (isTold(record)) this.#told.push({ epoch: epochOf(origin), index, record });
  }

  /** After all of the installation's logs. */
  problems(reading: Reading, logId: string): Problem[] {
    const told = [...this.#told].sort((one, other) => one.epoch - other.epoch || one.index - other.index);
    const known = new Set<string>();
    const taken = new Set<string>();
    const cosigned = new Map<string, string>();
    for (const { record } of told) {
      const { act, res, x = {} } = record;
      const origin = res?.id ?? '';
      if (act === 'log.witness.add') known.add(lineOf(x.key, x.label));
      if (act === 'log.witness.remove') known.delete(lineOf(x.key, x.label));
      if (act === 'log.cosigned') taken.add(lineOf(origin, x.witness, x.size));
      if (act === 'log.cosign') cosigned.set(origin, lineOf(origin, x.key, x.size, x.root));
    }
    const witnesses = readWitnesses(reading).map(({ key, label }) => lineOf(key, label));
    const cosignatures = reading
      .sql<CosignatureRow>('SELECT * FROM cosignatures')
      .all()
      .map(({ origin, key, size }) => lineOf(origin, key, size));
    const witnessed = readWitnessed(reading).map(({ origin, key, note }) => {
      const checkpoint = checkpointIn(note);
      return lineOf(origin, key, checkpoint?.size, checkpoint && encodeBase64(checkpoint.root));
    });
    const differing = [
      [witnesses, known, 'The witnesses that are stored are not those that the log names'],
      [cosignatures, taken, 'The cosigned checkpoints that are stored are not those that the log names'],
      [
        witnessed,
        new Set(cosigned.values()),
        'What was cosigned for others is stored otherwise than the log says',
      ],
    ] as const;
    return differing.flatMap(([stored, named, reason]) => {
      const same = stored.length === named.size && stored.every((line) => named.has(line));
      return same ? [] : [{ logId, index: null, reason }];
    });
  }
}

const lineOf = (...values: readonly unknown[]) => JSON.stringify(values);

function checkpointIn(note: Uint8Array): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch {
    return undefined; // then it is not what the log names either
  }
}
