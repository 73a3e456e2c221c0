import { createHmac } from 'node:crypto';
import { toRfc3339 } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { sameMac } from '../../secrets/same-mac.ts';
import type { Reading, Transaction } from '../../storage/store.ts';

/** Where the seal is kept: one text without quotes, in the database that it is of. */
export interface SealKeeper {
  /** Null: there is none, or it is damaged. */
  stored(reading: Reading): string | null;
  store(transaction: Transaction, text: string): void;
  /** From the keyring. */
  readonly key: Uint8Array;
}

/** What decides how long the log is kept: every row, whether it still holds or not. */
const tables = [
  'SELECT json_array(owner, class, days, set_at, set_by) AS row FROM audit_retention ORDER BY owner, class',
  `SELECT json_array(id, owner, class, days, reason, asked_at, asked_by, decided_at, effective_at) AS row
   FROM audit_retention_changes ORDER BY id`,
  'SELECT json_array(id, owner, reason, placed_at, placed_by, lifted_at) AS row FROM audit_holds ORDER BY id',
  'SELECT json_array(id, folder) AS row FROM audit_archive ORDER BY id',
];

const dayMs = 24 * 3_600_000;

/**
 * Ties what decides how long the log is kept to the keyring: a row that another program changed, added or took away is found
 * (docs/formats/installation-folder.md). Whoever changes a row writes the seal in the same transaction.
 */
export class RetentionSeal {
  readonly #keeper: SealKeeper;

  constructor(keeper: SealKeeper) {
    this.#keeper = keeper;
  }

  /** Whether all is as Holdfast wrote it, now or at some time before. */
  fits(reading: Reading): boolean {
    const { proof } = this.#stored(reading);
    return sameProof(proof, this.state(reading));
  }

  /** Stands for the rows as they are, in Base64: what `put` tells the log. */
  state(reading: Reading): string {
    return this.#proofOf(this.#stored(reading).acknowledged, reading);
  }

  /** Whether there is nothing that decides, as in a new installation. */
  isEmpty(reading: Reading): boolean {
    return rowsIn(reading).every((rows) => rows.length === 0);
  }

  /** It fits no more: an owner has to take the state as it stands. */
  refuse(transaction: Transaction): void {
    const { acknowledged, told } = this.#stored(transaction);
    this.#keeper.store(transaction, [acknowledged, refused, told].join(' '));
  }

  /** Errors: INTEGRITY where it is not. */
  require(reading: Reading): void {
    if (this.fits(reading)) return;
    throw new HoldfastError(
      'INTEGRITY',
      'How long the log is kept, or what holds it, was changed outside Holdfast, so nothing of it goes. Look at `holdfast audit retention show`; an owner takes it as it stands with `holdfast audit retention acknowledge`.',
      { problems: ['audit retention'], reason: 'retention-changed' },
    );
  }

  /** Errors: INTEGRITY; CONFLICT until `heldUntil`, so that others can look at what was taken. */
  requirePrunable(reading: Reading, now: number): void {
    this.require(reading);
    const until = this.heldUntil(reading);
    if (now >= until) return;
    throw new HoldfastError(
      'CONFLICT',
      `The state of the retention was acknowledged less than 24 hours ago, so nothing of the log goes until ${toRfc3339(until)}. Lift nothing and see whether holds and days are right.`,
      { reason: 'retention-acknowledged', until: toRfc3339(until) },
    );
  }

  /** Nothing is pruned before, in epoch milliseconds: 24 hours after somebody took a state that did not fit. */
  heldUntil(reading: Reading): number {
    return Number(this.#stored(reading).acknowledged) + dayMs;
  }

  /** Of what a transaction made of a state that fitted; or of the first one. */
  put(transaction: Transaction): void {
    this.#put(transaction, this.#stored(transaction).acknowledged);
  }

  /** Of a state that somebody takes as it stands. */
  acknowledge(transaction: Transaction): void {
    this.#put(transaction, String(transaction.commit.time));
  }

  /** Whether the log has an entry of just this state that does not fit. */
  isTold(reading: Reading): boolean {
    return sameProof(this.#stored(reading).told, this.#proofOf('told', reading));
  }

  noteTold(transaction: Transaction): void {
    const { acknowledged, proof } = this.#stored(transaction);
    this.#keeper.store(transaction, [acknowledged, proof, this.#proofOf('told', transaction)].join(' '));
  }

  #put(transaction: Transaction, acknowledged: string): void {
    this.#keeper.store(transaction, `${acknowledged} ${this.#proofOf(acknowledged, transaction)}`);
  }

  #stored(reading: Reading) {
    const [acknowledged = '0', proof = '', told = ''] = this.#keeper.stored(reading)?.split(' ') ?? [];
    return { acknowledged, proof, told };
  }

  #proofOf(prefix: string, reading: Reading): string {
    return createHmac('sha256', this.#keeper.key)
      .update(JSON.stringify([prefix, ...rowsIn(reading)]))
      .digest('base64');
  }
}

/** In the place of a proof; none is so short. */
const refused = '-';

const rowsIn = (reading: Reading): string[][] =>
  tables.map((table) =>
    reading
      .sql<{ row: string }>(table)
      .all()
      .map(({ row }) => row),
  );

const sameProof = (one: string, other: string) => sameMac(Buffer.from(one), Buffer.from(other));
