import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { ListedOperator, Operator } from '../../shared/contract/auth.ts';
import { displayName, uuid } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { type Ids, type Uuid, uuidTime } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { Reading, Store, Transaction } from '../storage/store.ts';
import type { ErrorLog, Unlocking } from './needs.ts';
import { indexOfName, type NameKeys, openName, sealName } from './operator-names.ts';
import type { OperatorSeal } from './operator-seal.ts';
import {
  allOperators,
  deleteOperator,
  findOperator,
  findOperatorByName,
  hasOperators,
  insertOperator,
  type OperatorRow,
  selectOperators,
} from './operator-store.ts';
import { acceptablePassphrase, hashPassphrase, type PassphraseCost } from './passphrase.ts';

export interface OperatorsOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly names: NameKeys;
  readonly cost: PassphraseCost;
  /** Goes into each hash of a passphrase. */
  readonly passphraseKey: () => Uint8Array;
  readonly seal: OperatorSeal;
  readonly unlocking?: Unlocking | undefined;
  readonly log: ErrorLog;
}

export interface NewOperator {
  readonly name: string;
  readonly role: Role;
  readonly passphrase: string;
}

/** The people who may use the console and the command line. */
export class Operators {
  readonly #options: OperatorsOptions;

  constructor(options: OperatorsOptions) {
    this.#options = options;
  }

  /**
   * The first operator of a new installation, under the id whose passphrase opens it already where one is given. Errors:
   * CONFLICT (`has-operators`), VALIDATION.
   */
  async setUpOwner(name: string, passphrase: string, operation: Operation, slot?: Uuid): Promise<Operator> {
    const refuse = (reading: Reading) => {
      if (!hasOperators(reading)) return;
      throw new HoldfastError('CONFLICT', 'This installation has an owner already. Sign in instead.', {
        reason: 'has-operators',
      });
    };
    const owner = { name: acceptableName(name), role: 'owner' as const, passphrase };
    return await this.#create(owner, operation, refuse, slot);
  }

  /** Errors: CONFLICT (`name-taken`), VALIDATION. */
  create(input: NewOperator, operation: Operation): Promise<Operator> {
    return this.#create(input, operation, () => undefined);
  }

  /** In the order in which they were made. Errors: VALIDATION (cursor), INTEGRITY. */
  async list({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<ListedOperator>> {
    const filter = { list: 'operators' };
    const [after] = decodeCursor(cursor, filter, z.tuple([uuid])) ?? [];
    const rows = selectOperators(this.#options.control, after, limit + 1);
    const openers = (await this.#options.unlocking?.openers()) ?? null;
    return pageOf(
      rows,
      limit,
      filter,
      (row) => ({ ...this.view(row), opens: openers?.includes(row.id) ?? null }),
      (row) => [row.id],
    );
  }

  /** Errors: NOT_FOUND. */
  get(id: Uuid): Operator {
    const row = findOperator(this.#options.control, id);
    if (row !== undefined) return this.view(row);
    throw new HoldfastError('NOT_FOUND', `There is no operator ${id}.`, { kind: 'operator', id });
  }

  /** Active ones as Holdfast wrote them whose passphrase does not open the installation, though one has to. Errors: INTEGRITY, IO. */
  async needPassphrase(): Promise<Uuid[]> {
    const { control, seal, unlocking } = this.#options;
    const openers = (await unlocking?.openers()) ?? null;
    if (openers === null) return [];
    const active = allOperators(control).filter((row) => row.state === 'active' && seal.fits(row));
    return active.flatMap(({ id }) => (openers.includes(id) ? [] : [id]));
  }

  /** Whether nobody else could manage operators. */
  isLastOwner(id: Uuid, reading: Reading = this.#options.control): boolean {
    const [owner, ...others] = this.#ownersIn(reading);
    return owner?.id === id && others.length === 0;
  }

  /** Removes the row of one who is being erased, with sessions; does nothing where there is none. */
  forget(transaction: Transaction, id: Uuid): void {
    const row = findOperator(transaction, id);
    if (row !== undefined) deleteOperator(transaction, row);
  }

  /** Whether there are any, and whether all are as Holdfast wrote them. */
  get condition(): 'none' | 'sound' | 'tampered' {
    const rows = allOperators(this.#options.control);
    if (rows.length === 0) return 'none';
    return rows.every((row) => this.#options.seal.fits(row)) ? 'sound' : 'tampered';
  }

  /** The id behind a name, as operators type it. */
  idOf(name: string): Uuid | undefined {
    return findOperatorByName(this.#options.control, indexOfName(this.#options.names, name))?.id;
  }

  /** Null for nobody, or once the name cannot be read any more. */
  nameOf(id: Uuid): string | null {
    const row = findOperator(this.#options.control, id);
    return row === undefined ? null : openName(this.#options.names, id, row.nameSealed) || null;
  }

  async #create(
    { name, role, passphrase }: NewOperator,
    operation: Operation,
    refuse: (reading: Reading) => void,
    slot?: Uuid,
  ): Promise<Operator> {
    const { control, ids, names, cost, unlocking, log, passphraseKey, seal } = this.#options;
    const nameIndex = indexOfName(names, name);
    const refuseAll = (reading: Reading) => {
      refuse(reading);
      if (findOperatorByName(reading, nameIndex) === undefined) return;
      throw new HoldfastError('CONFLICT', 'Another operator has this name. Choose another one.', {
        reason: 'name-taken',
      });
    };
    refuseAll(control);
    const words = acceptablePassphrase(passphrase);
    const hash = await hashPassphrase(words, cost, passphraseKey());
    const id = slot ?? ids.uuid();
    await names.sealer.create(id, 'installation');
    if (slot === undefined) await unlocking?.allow(id, words);
    const made = seal.sealed({
      id,
      nameSealed: sealName(names, id, name),
      nameIndex,
      role,
      state: 'active' as const,
      passphrase: hash,
      passphraseSetAt: null,
      accessGivenAt: null,
    });
    const insert = control.write((transaction) => {
      refuseAll(transaction);
      const row: OperatorRow = { ...made, createdAt: transaction.commit.time };
      insertOperator(transaction, row);
      operation.record(transaction, {
        resource: { kind: 'operator', id, person: true },
        after: { role, state: 'active' },
        facts: { role },
        personal: [{ subject: id, field: 'operator.name', value: name }],
      });
      return row;
    });
    try {
      return this.view(await insert);
    } catch (error) {
      if (slot === undefined)
        await unlocking?.revoke(id).catch((failure: unknown) => log(failure, operation.id));
      throw error;
    }
  }

  /**
   * Active ones as Holdfast wrote them, and since when each has been who they are: when they were made, by the id, which is sealed, and
   * by the time, which goes back with no clock; and when another one last set their passphrase, who could sign in with it.
   */
  owners(): { readonly id: Uuid; readonly since: number }[] {
    return this.#ownersIn(this.#options.control).map(({ id, createdAt, accessGivenAt }) => ({
      id,
      since: Math.max(uuidTime(id), createdAt, accessGivenAt ?? 0),
    }));
  }

  /** Planted ones do not count. */
  #ownersIn(reading: Reading): OperatorRow[] {
    const { seal } = this.#options;
    const owners = allOperators(reading).filter(({ role, state }) => role === 'owner' && state === 'active');
    return owners.filter((row) => seal.fits(row));
  }

  /** As people are told of an operator. */
  view({ id, nameSealed, role, state, createdAt }: OperatorRow): Operator {
    const name = openName(this.#options.names, id, nameSealed);
    return { id, name, role, state, createdAt: toRfc3339(createdAt) };
  }
}

function acceptableName(text: string): string {
  const parsed = displayName.safeParse(text);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ message }) => ({ path: 'name', message }));
  const texts = issues.map(({ message }) => message).join('; ');
  throw new HoldfastError('VALIDATION', `The name is not acceptable: ${texts}.`, { issues });
}
