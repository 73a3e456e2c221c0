import type { Operator } from '../../shared/contract/auth.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Operation } from '../operations/operation.ts';
import type { Transaction } from '../storage/store.ts';
import {
  allOperators,
  findOperator,
  markActive,
  markDisabled,
  type OperatorRow,
  storePassphrase,
} from './operator-store.ts';
import type { Operators, OperatorsOptions } from './operators.ts';
import { acceptablePassphrase, hashPassphrase } from './passphrase.ts';
import { endSessionsOf } from './session-store.ts';
import { forgetFailures } from './sign-in-delay.ts';

export interface NewPassphrase {
  readonly operatorId: Uuid;
  readonly passphrase: string;
}

/**
 * Takes access from operators and gives it again, one change after the other. Where passphrases open the installation, a new one
 * opens it before the row says so and the former one until it does: cut off anywhere, what can sign in can open it too, and
 * `settle` ends the rest at the next start.
 */
export class OperatorAccess {
  readonly #options: OperatorsOptions;
  readonly #operators: Operators;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: OperatorsOptions, operators: Operators) {
    this.#options = options;
    this.#operators = operators;
  }

  /** Ends the operator's sessions too. Errors: NOT_FOUND, CONFLICT (`already-disabled`, `last-owner`). */
  disable(id: Uuid, operation: Operation): Promise<Operator> {
    return this.#inTurn(() => this.#disable(id, operation));
  }

  /** Lets one who was disabled in again, under a passphrase set anew. Errors: NOT_FOUND, CONFLICT (`already-active`, `tampered`), VALIDATION. */
  enable(wanted: NewPassphrase, operation: Operation): Promise<Operator> {
    return this.#inTurn(() =>
      this.#setPassphrase(wanted, operation, 'disabled', (transaction, row) => {
        const { seal } = this.#options;
        const enabled = seal.sealed({ ...row, state: 'active' as const });
        markActive(transaction, enabled);
        operation.record(transaction, {
          resource: { kind: 'operator', id: row.id, person: true },
          before: { state: 'disabled' },
          after: { state: 'active' },
          facts: { role: row.role },
        });
        return enabled;
      }),
    );
  }

  /**
   * Sets an operator's passphrase anew and ends their sessions, but for the caller's own. Errors: NOT_FOUND, CONFLICT (`disabled`,
   * `tampered`), VALIDATION.
   */
  setPassphrase(wanted: NewPassphrase, operation: Operation): Promise<Operator> {
    return this.#inTurn(() =>
      this.#setPassphrase(wanted, operation, 'active', (transaction, row) => {
        const { caller } = operation;
        const changed = this.#options.seal.sealed(row);
        storePassphrase(transaction, changed);
        const kept = caller.kind === 'operator' ? caller.sessionId : undefined;
        const sessionsEnded = endSessionsOf(transaction, row.id, kept);
        operation.record(transaction, {
          resource: { kind: 'operator', id: row.id, person: true },
          facts: { role: row.role, sessionsEnded },
        });
        return changed;
      }),
    );
  }

  /** Puts in order what a process that ended in between left of who opens the installation. Errors: INTEGRITY, IO. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      const { control, seal, unlocking, log } = this.#options;
      if (unlocking === undefined) return;
      const holders = await unlocking.holders();
      for (const row of allOperators(control)) {
        // a row that was changed from outside says nothing
        if (!holders.has(row.id) || !seal.fits(row)) continue;
        const settled =
          row.state === 'disabled' ? unlocking.revoke(row.id) : unlocking.settle(row.id, row.passphraseSetAt);
        // what fails here must not keep everybody out
        await settled.catch((error: unknown) => log(error, null));
      }
    });
  }

  async #disable(id: Uuid, operation: Operation): Promise<Operator> {
    const { control, clock, unlocking, seal } = this.#options;
    operation.describe({ resource: { kind: 'operator', id, person: true } });
    // an earlier call may have ended between the two
    if (findOperator(control, id)?.state === 'disabled') await unlocking?.revoke(id);
    const row = await control.write((transaction) => {
      const found = present(findOperator(transaction, id), id);
      if (found.state === 'disabled')
        throw conflict('already-disabled', 'This operator is disabled already.');
      if (this.#operators.isLastOwner(id, transaction)) {
        throw conflict(
          'last-owner',
          'This is the last active owner. Create another owner first: without one nobody could manage operators.',
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
    return this.#operators.view(row);
  }

  async #setPassphrase(
    { operatorId: id, passphrase }: NewPassphrase,
    operation: Operation,
    state: OperatorRow['state'],
    store: (transaction: Transaction, row: OperatorRow) => OperatorRow,
  ): Promise<Operator> {
    const { control, clock, cost, passphraseKey, unlocking, log } = this.#options;
    operation.describe({ resource: { kind: 'operator', id, person: true } });
    const before = this.#require(findOperator(control, id), id, state);
    const words = acceptablePassphrase(passphrase);
    const hash = await hashPassphrase(words, cost, passphraseKey());
    // it names the slot, whatever the clock did meanwhile
    const at = Math.max(clock.now(), (before.passphraseSetAt ?? 0) + 1);
    await unlocking?.allow(id, words, at);
    let row: OperatorRow;
    try {
      row = await control.write((transaction) => {
        const found = this.#require(findOperator(transaction, id), id, state);
        forgetFailures(transaction, found.nameIndex);
        const isOwn = operation.caller.kind === 'operator' && operation.caller.id === id;
        const accessGivenAt = isOwn ? found.accessGivenAt : at;
        return store(transaction, { ...found, passphrase: hash, passphraseSetAt: at, accessGivenAt });
      });
    } catch (error) {
      await unlocking?.revoke(id, at).catch((failure: unknown) => log(failure, operation.id));
      throw error;
    }
    await unlocking?.settle(id, at);
    return this.#operators.view(row);
  }

  #require(row: OperatorRow | undefined, id: Uuid, state: OperatorRow['state']): OperatorRow {
    const found = present(row, id);
    if (!this.#options.seal.fits(found)) {
      throw conflict(
        'tampered',
        'This operator was changed outside Holdfast. Set the installation’s own data back, or create them anew under another name.',
      );
    }
    if (found.state === state) return found;
    throw state === 'active'
      ? conflict('disabled', 'This operator is disabled. Enable them: that sets a new passphrase too.')
      : conflict('already-active', 'This operator is active already.');
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function present(row: OperatorRow | undefined, id: Uuid): OperatorRow {
  if (row !== undefined) return row;
  throw new HoldfastError('NOT_FOUND', `There is no operator ${id}.`, { kind: 'operator', id });
}

function conflict(reason: string, message: string): HoldfastError {
  return new HoldfastError('CONFLICT', message, { reason });
}
