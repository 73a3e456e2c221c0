import type { Clock } from '../../shared/clock.ts';
import type {
  ApiKey,
  CurrentSession,
  IssuedSession,
  ListedOperator,
  Operator,
  Verification,
} from '../../shared/contract/auth.ts';
import type { ManagerHealth } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { Page } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store, Transaction } from '../storage/store.ts';
import { ApiKeyMac } from './api-key-mac.ts';
import { countApiKeysOfPrincipal, deleteApiKeysOf, deleteApiKeysOfPrincipal } from './api-key-store.ts';
import { ApiKeyVerification } from './api-key-verification.ts';
import { type ApiKeyFilter, ApiKeys, type NewApiKey } from './api-keys.ts';
import { LastUsed } from './last-used.ts';
import type { ErrorLog, PrincipalDirectory, SubjectSealer, Unlocking } from './needs.ts';
import { type NewPassphrase, OperatorAccess } from './operator-access.ts';
import { OperatorSeal } from './operator-seal.ts';
import { type NewOperator, Operators } from './operators.ts';
import { defaultCost, type PassphraseCost } from './passphrase.ts';
import { SessionSeal } from './session-seal.ts';
import { countSessionsOf, endAllSessions } from './session-store.ts';
import { type Identity, Sessions } from './sessions.ts';
import { type Credentials, SignIn } from './sign-in.ts';

export interface AdvancedAuthOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Random bytes fit for secrets. */
  readonly random: (length: number) => Uint8Array;
  readonly sealer: SubjectSealer;
  /** A keyed hash of a text, the same for the same text. */
  readonly nameIndex: (text: string) => Uint8Array;
  /** The key under which API keys are hashed; may throw KEYCHAIN_UNAVAILABLE. */
  readonly pepper: () => Uint8Array;
  /** The secret that goes into each hash of a passphrase; may throw KEYCHAIN_UNAVAILABLE. */
  readonly passphraseKey: () => Uint8Array;
  /** The key under which operators' rows are sealed; may throw KEYCHAIN_UNAVAILABLE. */
  readonly operatorKey: () => Uint8Array;
  /** The key under which sessions are sealed; may throw KEYCHAIN_UNAVAILABLE. */
  readonly sessionKey: () => Uint8Array;
  /** Told of an operator whose row or session somebody changed from outside while there was a session. */
  readonly tampered: (operatorId: Uuid) => void;
  readonly principals: PrincipalDirectory;
  /** The tenant that an id or slug names, if there is one. */
  readonly tenantId: (reference: string) => Uuid | undefined;
  readonly log: ErrorLog;
  /** Where there is no keychain. */
  readonly unlocking?: Unlocking | undefined;
  /** For passphrases; 64 MiB, 3 passes, 4 lanes by default. */
  readonly cost?: PassphraseCost;
}

const flushEveryMs = 30_000;

/** Operators and their sessions, and the API keys of tenants' principals. */
export class AdvancedAuth {
  readonly #control: Store;
  readonly #operators: Operators;
  readonly #access: OperatorAccess;
  readonly #sessions: Sessions;
  readonly #signIn: SignIn;
  readonly #apiKeys: ApiKeys;
  readonly #verification: ApiKeyVerification;
  readonly #lastUsed: LastUsed;

  constructor(options: AdvancedAuthOptions) {
    const { control, clock, random, sealer, nameIndex, log, passphraseKey, cost = defaultCost } = options;
    this.#control = control;
    const names = { sealer, nameIndex };
    const mac = new ApiKeyMac(options.pepper);
    const lastUsed = new LastUsed(control, log);
    const seal = new OperatorSeal(options.operatorKey);
    const sessions = new Sessions({
      ...options,
      names,
      seal,
      sessionSeal: new SessionSeal(options.sessionKey),
    });
    const people = { ...options, names, cost, seal };
    this.#operators = new Operators(people);
    this.#access = new OperatorAccess(people, this.#operators);
    this.#sessions = sessions;
    this.#signIn = new SignIn({ control, clock, random, names, cost, sessions, passphraseKey, seal });
    this.#apiKeys = new ApiKeys({ ...options, mac, lastUsed });
    this.#verification = new ApiKeyVerification({ ...options, mac, lastUsed });
    this.#lastUsed = lastUsed;
  }

  /** Errors: INTEGRITY, IO. */
  async start(): Promise<void> {
    await this.#access.settle();
    this.#lastUsed.start(flushEveryMs);
  }

  /** Stores what is only in memory. */
  async stop(): Promise<void> {
    await this.#sessions.settle();
    await this.#lastUsed.stop();
  }

  health(): ManagerHealth {
    const { condition } = this.#operators;
    if (condition === 'sound') return { state: 'ready', problem: null };
    const problem =
      condition === 'none'
        ? 'There is no operator yet. Set up the owner.'
        : 'An operator was changed outside Holdfast and cannot sign in. Restore the installation from a backup.';
    return { state: 'degraded', problem };
  }

  /** Removes the keys of a tenant that is being deleted: from the next verification on they are unknown. */
  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    deleteApiKeysOf(transaction, tenantId);
  }

  /** Removes a person who is being erased: API keys of a principal, the row and sessions of an operator. */
  forgetSubject(transaction: Transaction, subject: Uuid): void {
    deleteApiKeysOfPrincipal(transaction, subject);
    this.#operators.forget(transaction, subject);
  }

  countApiKeys(principalId: Uuid): number {
    return countApiKeysOfPrincipal(this.#control, principalId);
  }

  countSessions(operatorId: Uuid): number {
    return countSessionsOf(this.#control, operatorId);
  }

  /** Errors: NOT_FOUND. */
  getOperator(id: Uuid): Operator {
    return this.#operators.get(id);
  }

  /** Active operators whose passphrase does not open the installation, though one has to. Errors: INTEGRITY, IO. */
  needPassphrase(): Promise<Uuid[]> {
    return this.#operators.needPassphrase();
  }

  isLastOwner(operatorId: Uuid): boolean {
    return this.#operators.isLastOwner(operatorId);
  }

  /** Everybody has to sign in again. */
  endSessions(transaction: Transaction): void {
    endAllSessions(transaction);
  }

  /** Who holds a session's token. Errors: UNAUTHENTICATED. */
  authenticate(token: string): Identity {
    return this.#sessions.authenticate(token);
  }

  /** The operator behind a name. */
  operatorNamed(name: string): Uuid | undefined {
    return this.#operators.idOf(name);
  }

  /** Active owners, and when their accounts were made, in epoch milliseconds. */
  owners(): { readonly id: Uuid; readonly since: number }[] {
    return this.#operators.owners();
  }

  /** Null for nobody, or once the name cannot be read any more. */
  operatorName(id: Uuid): string | null {
    return this.#operators.nameOf(id);
  }

  setUpOwner(...owner: Parameters<Operators['setUpOwner']>): Promise<Operator> {
    return this.#operators.setUpOwner(...owner);
  }

  signIn(input: Credentials, operation: Operation): Promise<IssuedSession> {
    return this.#signIn.signIn(input, operation);
  }

  async signOut(_input: object, operation: Operation): Promise<Record<string, never>> {
    await this.#sessions.end(operation);
    return {};
  }

  /** Errors: UNAUTHENTICATED. */
  async getSession(operation: Operation): Promise<CurrentSession> {
    return this.#sessions.current(operation);
  }

  createOperator(input: NewOperator, operation: Operation): Promise<Operator> {
    return this.#operators.create(input, operation);
  }

  listOperators(
    input: { readonly limit: number; readonly cursor?: string | undefined },
    _operation?: Operation,
  ): Promise<Page<ListedOperator>> {
    return this.#operators.list(input);
  }

  disableOperator(input: { readonly operatorId: Uuid }, operation: Operation): Promise<Operator> {
    return this.#access.disable(input.operatorId, operation);
  }

  enableOperator(input: NewPassphrase, operation: Operation): Promise<Operator> {
    return this.#access.enable(input, operation);
  }

  resetPassphrase(input: NewPassphrase, operation: Operation): Promise<Operator> {
    return this.#access.setPassphrase(input, operation);
  }

  /** Of the caller. Errors: UNAUTHENTICATED. */
  async changePassphrase(
    { passphrase }: { readonly passphrase: string },
    operation: Operation,
  ): Promise<Operator> {
    const { caller } = operation;
    if (caller.kind !== 'operator')
      throw new HoldfastError('UNAUTHENTICATED', 'Nobody has signed in. Sign in first.');
    return await this.#access.setPassphrase({ operatorId: caller.id, passphrase }, operation);
  }

  generateApiKey(input: NewApiKey, operation: Operation): Promise<ApiKey & { key: string }> {
    return this.#apiKeys.generate(input, operation);
  }

  listApiKeys(input: ApiKeyFilter, _operation?: Operation): Page<ApiKey> {
    return this.#apiKeys.list(input);
  }

  verifyApiKey(input: { readonly key: string }, _operation?: Operation): Verification {
    return this.#verification.verify(input.key);
  }

  revokeApiKey(input: { readonly keyId: Uuid }, operation: Operation): Promise<ApiKey> {
    return this.#apiKeys.revoke(input.keyId, operation);
  }
}
