import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { IssuedSession } from '../../shared/contract/auth.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { EntryDetails, Operation } from '../operations/operation.ts';
import { sameMac } from '../secrets/same-mac.ts';
import type { Store } from '../storage/store.ts';
import { indexOfName, type NameKeys, openName } from './operator-names.ts';
import type { OperatorSeal } from './operator-seal.ts';
import {
  findOperator,
  findOperatorByName,
  findSoleOperator,
  type OperatorRow,
  storePassphrase,
} from './operator-store.ts';
import { decoy, hashPassphrase, isWeaker, matchesPassphrase, type PassphraseCost } from './passphrase.ts';
import type { Sessions } from './sessions.ts';
import { addFailure, delayAfter, failuresOf, forgetFailures, waitOf } from './sign-in-delay.ts';

export interface SignInOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly names: NameKeys;
  readonly cost: PassphraseCost;
  readonly random: (length: number) => Uint8Array;
  readonly sessions: Sessions;
  /** Goes into each hash of a passphrase. */
  readonly passphraseKey: () => Uint8Array;
  readonly seal: OperatorSeal;
}

export interface Credentials {
  readonly name?: string | undefined;
  readonly passphrase: string;
}

/** Whom an attempt names: perhaps nobody, which must not show. */
interface Attempt {
  readonly nameIndex: Uint8Array;
  readonly operator: OperatorRow | undefined;
  readonly resource: EntryDetails['resource'];
  /** The row is not as Holdfast wrote it, and opens nothing. */
  readonly tampered: boolean;
}

const criticalFailures = 5;

/**
 * Checks passphrases, one attempt at a time: failures cannot outrun their own delay, and a flood of attempts
 * costs one hash's memory, not hundreds.
 */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #decoy: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#decoy = decoy(options.cost, options.random);
  }

  /**
   * Without a name: the one active operator, where there is exactly one. Errors: UNAUTHENTICATED, with
   * data.retryAfterMs while further attempts are refused, data.reason `name-needed`.
   */
  signIn(credentials: Credentials, operation: Operation): Promise<IssuedSession> {
    const turn = this.#turn.then(() => this.#signIn(credentials, operation));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #signIn({ name, passphrase }: Credentials, operation: Operation): Promise<IssuedSession> {
    const { control, clock, cost, passphraseKey } = this.#options;
    const attempt = this.#attempt(name);
    const { nameIndex, resource } = attempt;
    operation.describe({ resource });
    const now = clock.now();
    const before = failuresOf(control, nameIndex, now);
    const wait = waitOf(before, now);
    if (wait > 0) {
      operation.describe({ resource, severity: attempt.tampered ? 'critical' : severityOf(before.failures) });
      throw refused(wait);
    }
    const usable = attempt.operator?.state === 'active' && !attempt.tampered;
    const operator = usable ? attempt.operator : undefined;
    const secret = passphraseKey();
    const matches = await matchesPassphrase(operator?.passphrase ?? this.#decoy, passphrase, secret);
    if (operator === undefined || !matches) return await this.#refuse(attempt, operation);
    const rehashed = isWeaker(operator.passphrase, cost)
      ? await hashPassphrase(passphrase, cost, secret)
      : undefined;
    return await this.#admit(operator, rehashed, operation);
  }

  #attempt(name: string | undefined): Attempt {
    const { control, names, seal } = this.#options;
    const named = name === undefined ? undefined : indexOfName(names, name);
    const operator = named === undefined ? findSoleOperator(control) : findOperatorByName(control, named);
    const nameIndex = named ?? operator?.nameIndex;
    if (nameIndex === undefined) {
      throw new HoldfastError('UNAUTHENTICATED', 'Say who signs in: there is not exactly one operator.', {
        reason: 'name-needed',
      });
    }
    const resource =
      operator === undefined
        ? { kind: 'operator', id: 'unknown' }
        : { kind: 'operator', id: operator.id, person: true };
    return { nameIndex, operator, resource, tampered: operator !== undefined && !seal.fits(operator) };
  }

  async #refuse({ nameIndex, resource, tampered }: Attempt, operation: Operation): Promise<never> {
    const { control, clock } = this.#options;
    const { failures } = await control.write((transaction) => {
      const counted = addFailure(transaction, nameIndex, clock.now());
      operation.record(transaction, {
        resource,
        outcome: 'failure',
        severity: tampered ? 'critical' : severityOf(counted.failures),
        facts: { failures: counted.failures, ...(tampered ? { error: 'INTEGRITY' } : {}) },
      });
      return counted;
    });
    throw refused(delayAfter(failures));
  }

  async #admit(
    operator: OperatorRow,
    rehashed: string | undefined,
    operation: Operation,
  ): Promise<IssuedSession> {
    const { control, names, sessions, seal } = this.#options;
    const { id, role } = operator;
    const name = openName(names, id, operator.nameSealed);
    const { token, expiresAt } = await control.write((transaction) => {
      // someone may have disabled or changed the operator while the passphrase was being hashed
      const current = findOperator(transaction, id);
      if (current?.state !== 'active' || !sameMac(current.mac, operator.mac) || !seal.fits(current))
        throw refused(0);
      forgetFailures(transaction, operator.nameIndex);
      if (rehashed !== undefined) {
        storePassphrase(transaction, seal.sealed({ ...current, passphrase: rehashed }));
      }
      const session = sessions.begin(transaction, id);
      operation.record(transaction, {
        actor: { kind: 'operator', id, name, role, sessionId: session.id },
        resource: { kind: 'operator', id, person: true },
        facts: { role, rehashed: rehashed !== undefined },
      });
      return session;
    });
    return { token, operatorId: id, name, role, expiresAt: toRfc3339(expiresAt) };
  }
}

const severityOf = (failures: number) => (failures >= criticalFailures ? 'critical' : 'warning');

/** One answer for every way to be wrong. */
function refused(retryAfterMs: number): HoldfastError {
  const wait = retryAfterMs > 0 ? ` Wait ${Math.ceil(retryAfterMs / 1000)} s before the next attempt.` : '';
  const data = retryAfterMs > 0 ? { retryAfterMs } : {};
  return new HoldfastError('UNAUTHENTICATED', `The name or the passphrase is wrong.${wait}`, data);
}
