import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type {
  TakenCosignature,
  Witness,
  WitnessRequestFile,
} from '../../../shared/contract/audit/witnesses.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Reading } from '../../storage/store.ts';
import { encodeBase64 } from '../base64.ts';
import { openCheckpoint } from '../checkpoint.ts';
import type { EventMaker } from '../event-maker.ts';
import { type LogHead, storedTiles } from '../log-store.ts';
import { consistencyProof, rangeRoot, sameHash } from '../merkle.ts';
import { type NoteVerifier, parseNote, verifyNote } from '../note.ts';
import { nodesFromTiles } from '../tiles.ts';
import { cosignedAt, parseWitnessKey } from './cosignature.ts';
import type { WitnessLog } from './witness-log.ts';
import { formatWitnessRequest } from './witness-request.ts';
import {
  type Cosigned,
  openCosigned,
  putCosignature,
  readCosignatures,
  readWitnesses,
  type WitnessRow,
} from './witness-rows.ts';

export interface OwnWitnessesParts {
  /** Of the installation's log. */
  readonly origin: string;
  readonly maker: EventMaker;
  readonly clock: Clock;
  /** What this log is signed with, or was in this epoch. */
  ownKeys(): readonly NoteVerifier[];
}

/** The witnesses of this installation: whose word counts, and what came back from them. */
export class OwnWitnesses {
  readonly #parts: OwnWitnessesParts;

  constructor(parts: OwnWitnessesParts) {
    this.#parts = parts;
  }

  list(reading: Reading): Witness[] {
    return readWitnesses(reading).map((row) => {
      const newest = this.#newestOf(reading, row);
      const { name, key, label, added_at } = row;
      return {
        name,
        key,
        label,
        addedAt: toRfc3339(added_at),
        size: newest?.size ?? 0,
        time: newest === undefined ? null : toRfc3339(newest.time),
      };
    });
  }

  /** The largest checkpoint that one of the witnesses cosigned. */
  newest(reading: Reading): (Cosigned & { readonly label: string }) | undefined {
    return readWitnesses(reading)
      .flatMap((row) => {
        const found = this.#newestOf(reading, row);
        return found === undefined ? [] : [{ ...found, label: row.label }];
      })
      .sort((one, other) => other.size - one.size)[0];
  }

  /** From now on this witness's word counts. Errors: VALIDATION (no key), CONFLICT (there is one of that name or label). */
  async add(
    { store, appender }: WitnessLog,
    { key, label }: { readonly key: string; readonly label?: string | undefined },
    operation: Operation,
  ): Promise<Witness> {
    const { name } = parseWitnessKey(key);
    const [installation = ''] = this.#parts.origin.split('/', 1);
    if (name.startsWith(`${installation}/`)) throw itself();
    const row = { name, key, label: label ?? name, added_at: this.#parts.clock.now() };
    const twin = readWitnesses(store).find((other) => other.name === name || other.label === row.label);
    if (twin !== undefined) throw known(twin);
    operation.describe({ resource: { kind: 'witness', id: name } });
    const leaf = this.#parts.maker.leaf('log.witness.add', {
      severity: 'critical',
      facts: { key, label: row.label },
    });
    await appender.append(leaf, (transaction) => {
      transaction
        .sql('INSERT INTO witnesses (name, key, label, added_at) VALUES (?, ?, ?, ?)')
        .run(row.name, row.key, row.label, row.added_at);
    });
    return { name, key, label: row.label, addedAt: toRfc3339(row.added_at), size: 0, time: null };
  }

  /** Its word counts no more; what it cosigned stays in the log's database. Errors: NOT_FOUND. */
  async remove({ store, appender }: WitnessLog, name: string, operation: Operation): Promise<void> {
    const row = named(readWitnesses(store), name);
    operation.describe({ resource: { kind: 'witness', id: row.name } });
    const leaf = this.#parts.maker.leaf('log.witness.remove', {
      severity: 'critical',
      facts: { key: row.key, label: row.label },
    });
    await appender.append(leaf, (transaction) => {
      transaction.sql('DELETE FROM witnesses WHERE name = ?').run(row.name);
    });
  }

  /**
   * The newest checkpoint with the proof that it goes on from what the witness cosigned last (`since` entries, where given).
   * Errors: NOT_FOUND (witness, or the log is empty), CONFLICT (there are several), VALIDATION (since).
   */
  request(
    { store }: WitnessLog,
    head: LogHead | undefined,
    { witness, since }: { readonly witness?: string | undefined; readonly since?: number | undefined },
  ): WitnessRequestFile {
    if (head === undefined || head.size === 0) throw emptyLog();
    const old = this.#oldSize(store, witness, since);
    if (old > head.size) throw tooLarge(old, head.size);
    const nodes = nodesFromTiles(head.size, storedTiles(store, head.log));
    const proof = old === 0 ? [] : consistencyProof(old, head.size, nodes);
    const request = formatWitnessRequest({ old, proof, note: head.note });
    return { request, logId: head.origin, size: head.size, old };
  }

  /**
   * Takes a checkpoint that came back. Errors: VALIDATION (no checkpoint of this log), CONFLICT (no known witness), INTEGRITY
   * (a signature does not fit, or the log is not the one that was cosigned).
   */
  async take(
    { store, appender }: WitnessLog,
    head: LogHead | undefined,
    text: string,
    operation: Operation,
  ): Promise<TakenCosignature> {
    const { origin, maker, ownKeys } = this.#parts;
    const note = Buffer.from(text, 'utf8');
    const parsed = parseNote(note);
    if (!parsed.text.startsWith(`${origin}\n`)) throw ofAnotherLog(origin);
    const { checkpoint } = openCheckpoint(note, origin, ownKeys());
    const { size, root } = checkpoint;
    operation.describe({ resource: { kind: 'log', id: origin }, facts: { size, root: encodeBase64(root) } });
    const cosigners = readWitnesses(store).flatMap((row) => {
      const time = cosignedAt(parsed, parseWitnessKey(row.key));
      return time === undefined ? [] : [{ ...row, time }];
    });
    if (cosigners.length === 0) throw nobodyKnown();
    verifyNote(
      parsed,
      cosigners.map(({ key }) => parseWitnessKey(key)),
    );
    requireSameLog(store, head, checkpoint, cosigners.map(({ label }) => label).join(', '));
    for (const { name: witness, key, time } of cosigners) {
      const leaf = maker.leaf('log.cosigned', {
        of: origin,
        facts: { root: encodeBase64(root), size, time, witness: key },
      });
      await appender.append(leaf, (transaction) => {
        putCosignature(transaction, { origin, size, witness, key, note });
      });
    }
    return {
      logId: origin,
      size,
      witnesses: cosigners.map(({ label, time }) => ({ label, time: toRfc3339(time) })),
    };
  }

  #newestOf(reading: Reading, { key }: WitnessRow): Cosigned | undefined {
    for (const row of readCosignatures(reading, this.#parts.origin, key)) {
      try {
        return openCosigned(row, this.#parts.ownKeys());
      } catch (error) {
        // what does not fit vouches for nothing; a verification names it
        if (!(error instanceof HoldfastError)) throw error;
      }
    }
    return undefined;
  }

  /** What the witness has cosigned, as far as it came back or is said. */
  #oldSize(reading: Reading, reference: string | undefined, since: number | undefined): number {
    const all = readWitnesses(reading);
    const row = reference === undefined ? all[0] : named(all, reference);
    if (since !== undefined) return since;
    if (reference === undefined && all.length > 1) throw several();
    return row === undefined ? 0 : (this.#newestOf(reading, row)?.size ?? 0);
  }
}

function named(rows: readonly WitnessRow[], reference: string): WitnessRow {
  const row = rows.find(({ name, label }) => name === reference || label === reference);
  if (row !== undefined) return row;
  throw new HoldfastError(
    'NOT_FOUND',
    'There is no witness of that name. See `holdfast audit witness list`.',
    {
      kind: 'witness',
      id: reference,
    },
  );
}

function requireSameLog(
  reading: Reading,
  head: LogHead | undefined,
  { size, root }: Pick<Cosigned, 'size' | 'root'>,
  by: string,
): void {
  const here = head?.size ?? 0;
  if (head === undefined || here < size) {
    throw contradicted(
      `${by} cosigned ${size} entries of this log, and ${here} are here: it was cut or set back`,
    );
  }
  const nodes = nodesFromTiles(head.size, storedTiles(reading, head.log));
  if (size > 0 && sameHash(rangeRoot(0, size, nodes), root)) return;
  throw contradicted(`the first ${size} entries of this log are not those that ${by} cosigned`);
}

function contradicted(problem: string): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `The audit log is not the one that was cosigned: ${problem}. Keep this file and the folder as they are, and run \`holdfast audit verify\`.`,
    { problems: [problem], reason: 'cosigned-otherwise' },
  );
}

const itself = () =>
  new HoldfastError(
    'CONFLICT',
    'This is the key of this installation itself: a witness has to be another one.',
    {
      reason: 'own-key',
    },
  );

const known = ({ name, label }: WitnessRow) =>
  new HoldfastError(
    'CONFLICT',
    `There is a witness ${label} (${name}) already. Choose another label, or remove it first if its key is another one.`,
    { reason: 'witness-exists' },
  );

const several = () =>
  new HoldfastError(
    'CONFLICT',
    'There are several witnesses: say for which one the request is (--witness).',
    {
      reason: 'which-witness',
    },
  );

const emptyLog = () =>
  new HoldfastError('NOT_FOUND', 'The log has no entries yet.', { kind: 'entry', id: '' });

const tooLarge = (old: number, size: number) =>
  new HoldfastError(
    'INTEGRITY',
    `The witness has cosigned ${old} entries, and this log has ${size}: it was cut or set back. Run \`holdfast audit verify\`.`,
    { problems: [`${old} entries were cosigned, ${size} are here`], reason: 'cosigned-otherwise' },
  );

const ofAnotherLog = (origin: string) =>
  new HoldfastError('VALIDATION', `This is no checkpoint of this installation's present log, ${origin}.`, {
    reason: 'another-log',
  });

const nobodyKnown = () =>
  new HoldfastError(
    'CONFLICT',
    'None of the witnesses that are known here has cosigned it. Add the key of the witness first: `holdfast audit witness add KEY`.',
    { reason: 'unknown-witness' },
  );
