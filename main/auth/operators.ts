import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { Operator } from '../../shared/contract/auth.ts';
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
  markDisabled,
  type OperatorRow,
  selectOperators,
} from './operator-store.ts';
import { acceptablePassphrase, hashPassphrase, type PassphraseCost } from './passphrase.ts';
import { endSessionsOf } from './session-store.ts';

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

  /** In the order in which they were made. Errors: VALIDATION (cursor). */
  list({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }): Page<Operator> {
    const filter = { list: 'operators' };
    const [after] = decodeCursor(cursor, filter, z.tuple([uuid])) ?? [];
    const rows = selectOperators(this.#options.control, after, limit + 1);
    return pageOf(
      rows,
      limit,
      filter,
      (row) => this.#operatorOf(row),
      (row) => [row.id],
    );
  }

  /** Ends the operator's sessions too. Errors: NOT_FOUND, CONFLICT (`already-disabled`, `last-owner`). */
  async disable(id: Uuid, operation: Operation): Promise<Operator> {
    const { control, clock, unlocking, seal } = this.#options;
    operation.describe({ resource: { kind: 'operator', id, person: true } });
    // an earlier call may have ended between the two
    if (findOperator(control, id)?.state === 'disabled') await unlocking?.revoke(id);
    const row = await control.write((transaction) => {
      const found = findOperator(transaction, id);
      if (found === undefined) {
        throw new HoldfastError('NOT_FOUND', `There is no operator ${id}.`, { kind: 'operator', id });
      }
      if (found.state === 'disabled') {
        throw new HoldfastError('CONFLICT', 'This operator is disabled already.', {
          reason: 'already-disabled',
        });
      }
      if (seal.fits(found) && found.role === 'owner' && this.#activeOwners(transaction) === 1) {
        throw new HoldfastError(
          'CONFLICT',
          'This is the last active owner. Create another owner first: without one nobody could manage operators.',
          { reason: 'last-owner' },
        );
      }
      const disabled = { ...found, state: 'disabled' as const };
      // a row that was changed from outside is not made good by being disabled
      const mac = seal.fits(found) ? seal.of(disabled) : found.mac;
      markDisabled(transaction, id, clock.now(), mac);
      const sessions = endSessionsOf(transaction, id);
      operation.record(transaction, {
        resource: { kind: 'operator', id, person: true },
        before: { state: 'active' },
        after: { state: 'disabled' },
        facts: { role: found.role, sessionsEnded: sessions },
      });
      return disabled;
    });
    await unlocking?.revoke(id);
    return this.#operatorOf(row);
  }

  /** Errors: NOT_FOUND. */
  get(id: Uuid): Operator {
    const row = findOperator(this.#options.control, id);
    if (row !== undefined) return this.#operatorOf(row);
    throw new HoldfastError('NOT_FOUND', `There is no operator ${id}.`, { kind: 'operator', id });
  }

  /** Whether nobody else could manage operators. */
  isLastOwner(id: Uuid): boolean {
    const row = findOperator(this.#options.control, id);
    if (row === undefined || row.role !== 'owner' || row.state !== 'active') return false;
    return this.#activeOwners(this.#options.control) === 1;
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
      return this.#operatorOf(await insert);
    } catch (error) {
      if (slot === undefined)
        await unlocking?.revoke(id).catch((failure: unknown) => log(failure, operation.id));
      throw error;
    }
  }

  /** Active ones as Holdfast wrote them, and when they were made: by the id, which is sealed, and by the time, which goes back with no clock. */
  owners(): { readonly id: Uuid; readonly since: number }[] {
    return this.#ownersIn(this.#options.control).map(({ id, createdAt }) => ({
      id,
      since: Math.max(uuidTime(id), createdAt),
    }));
  }

  #activeOwners(reading: Reading): number {
    return this.#ownersIn(reading).length;
  }

  /** Planted ones do not count. */
  #ownersIn(reading: Reading): OperatorRow[] {
    const { seal } = this.#options;
    const owners = allOperators(reading).filter(({ role, state }) => role === 'owner' && state === 'active');
    return owners.filter((row) => seal.fits(row));
  }

  #operatorOf({ id, nameSealed, role, state, createdAt }: OperatorRow): Operator {
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
