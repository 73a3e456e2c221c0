import type { Reading, Transaction } from '../../storage/store.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from '../checkpoint.ts';
import { type NoteVerifier, parseNote, verifyNote } from '../note.ts';
import { cosignedAt, parseWitnessKey } from './cosignature.ts';

/** Who cosigns this installation's checkpoints. */
export interface WitnessRow {
  readonly name: string;
  /** In C2SP's form. */
  readonly key: string;
  /** What people call it. */
  readonly label: string;
  readonly added_at: number;
}

/** A checkpoint of this installation as it came back from a witness. */
export interface CosignatureRow {
  readonly origin: string;
  readonly size: number;
  readonly witness: string;
  /** The witness's, at that time. */
  readonly key: string;
  readonly note: Uint8Array;
}

/** The newest checkpoint of somebody else's log that this installation cosigned. */
export interface WitnessedRow {
  readonly origin: string;
  /** What the checkpoint is signed with. */
  readonly key: string;
  readonly note: Uint8Array;
}

/** What a cosigned checkpoint says. */
export interface Cosigned extends Checkpoint {
  /** Epoch milliseconds. */
  readonly time: number;
}

export function readWitnesses(reading: Reading): WitnessRow[] {
  return reading.sql<WitnessRow>('SELECT * FROM witnesses ORDER BY added_at, name').all();
}

export function readWitnessed(reading: Reading): WitnessedRow[] {
  return reading.sql<WitnessedRow>('SELECT * FROM witnessed ORDER BY origin').all();
}

export function putWitnessed(transaction: Transaction, { origin, key, note }: WitnessedRow): void {
  transaction
    .sql('INSERT OR REPLACE INTO witnessed (origin, key, note) VALUES (?, ?, ?)')
    .run(origin, key, note);
}

export function putCosignature(transaction: Transaction, row: CosignatureRow): void {
  transaction
    .sql('INSERT OR REPLACE INTO cosignatures (origin, size, witness, key, note) VALUES (?, ?, ?, ?, ?)')
    .run(row.origin, row.size, row.witness, row.key, row.note);
}

/** What came back from one witness, or from all, for the log with this origin; largest first. */
export function readCosignatures(reading: Reading, origin: string, key?: string): CosignatureRow[] {
  return reading
    .sql<CosignatureRow>(
      'SELECT * FROM cosignatures WHERE origin = ? AND key = ifnull(?, key) ORDER BY size DESC, witness',
    )
    .all(origin, key ?? null);
}

/** A checkpoint that a witness cosigned; `own`: what the log signs with. Throws INTEGRITY, VALIDATION. */
export function openCosigned(
  { origin, key, note }: Pick<CosignatureRow, 'origin' | 'key' | 'note'>,
  own: readonly NoteVerifier[],
): Cosigned {
  const witness = parseWitnessKey(key);
  const parsed = parseNote(note);
  verifyNote(parsed, [witness]);
  const { checkpoint } = openCheckpoint(note, origin, own);
  return { ...checkpoint, time: cosignedAt(parsed, witness) ?? 0 };
}

/** What is in a note that this installation cosigned itself. Throws INTEGRITY where it did not. */
export function openWitnessed(note: Uint8Array, ownWitnessKey: string): Cosigned {
  const witness = parseWitnessKey(ownWitnessKey);
  const parsed = parseNote(note);
  verifyNote(parsed, [witness]);
  return { ...parseCheckpoint(parsed.text), time: cosignedAt(parsed, witness) ?? 0 };
}
