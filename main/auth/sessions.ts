import { createHash } from 'node:crypto';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { CurrentSession } from '../../shared/contract/auth.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { Caller, Operation } from '../operations/operation.ts';
import type { Store, Transaction } from '../storage/store.ts';
import type { ErrorLog } from './needs.ts';
import { type NameKeys, openName } from './operator-names.ts';
import type { OperatorSeal } from './operator-seal.ts';
import type { SessionSeal } from './session-seal.ts';
import {
  endSession,
  findSession,
  insertSession,
  storeSeen,
  sweepSessions,
  timesOf,
} from './session-store.ts';

export const sessionTimes = {
  lifetimeMs: 12 * 3_600_000,
  idleMs: 15 * 60_000,
  /** Use is noted at most this often, so an idle session may end this much early. */
  noteEveryMs: 60_000,
  /** A row changed from outside is told of at most this often for each operator. */
  tellEveryMs: 60_000,
  /** How long a proof of the passphrase counts as fresh. */
  freshMs: 5 * 60_000,
} as const;

export interface SessionsOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: (length: number) => Uint8Array;
  readonly names: NameKeys;
  readonly log: ErrorLog;
  readonly seal: OperatorSeal;
  readonly sessionSeal: SessionSeal;
  /** Told of an operator whose row or session somebody changed from outside. */
  readonly tampered: (operatorId: Uuid) => void;
}

export interface Identity {
  readonly caller: Extract<Caller, { kind: 'operator' }>;
  /** Epoch milliseconds of the last proof of the passphrase. */
  readonly provedAt: number;
  /** Whether that was within the last 5 minutes. */
  readonly provedFreshly: boolean;
}

/** Who has signed in. A token is 32 random bytes; only its SHA-256 is kept. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #noting = new Map<Uuid, Promise<void>>();
  readonly #told = new Map<Uuid, number>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Begins a session of someone who has just proved to be `operatorId`. */
  begin(
    transaction: Transaction,
    operatorId: Uuid,
  ): { readonly id: Uuid; readonly token: string; readonly expiresAt: number } {
    const { clock, ids, random, sessionSeal } = this.#options;
    const token = Buffer.from(random(32)).toString('base64url');
    const now = clock.now();
    const expiresAt = now + sessionTimes.lifetimeMs;
    sweepSessions(transaction, now, sessionTimes.idleMs);
    const id = ids.uuid();
    const tokenHash = hashOf(token);
    const row = { tokenHash, id, operatorId, createdAt: now, expiresAt };
    insertSession(transaction, { ...row, seenAt: now, provedAt: now, mac: sessionSeal.of(row) });
    return { id, token, expiresAt };
  }

  /**
   * Who holds `token`. Errors: UNAUTHENTICATED (unknown, not begun by this clock, expired, idle, ended, of a disabled operator, or of one whose
   * row or session was changed from outside).
   */
  authenticate(token: string): Identity {
    const { control, clock, names, seal, sessionSeal } = this.#options;
    const tokenHash = hashOf(token);
    const session = findSession(control, tokenHash);
    const now = clock.now();
    if (
      session === undefined ||
      session.state !== 'active' ||
      now < session.createdAt ||
      now >= session.expiresAt ||
      now - session.seenAt >= sessionTimes.idleMs
    ) {
      throw over();
    }
    const own = sessionSeal.fits({ ...session, tokenHash }, session.sessionMac);
    if (!own || !seal.fits({ ...session, id: session.operatorId })) {
      this.#tell(session.operatorId, now);
      throw over();
    }
    if (now - session.seenAt >= sessionTimes.noteEveryMs) this.#note(session.id, now);
    const { id: sessionId, operatorId: id, role, provedAt } = session;
    const name = openName(names, id, session.nameSealed);
    const provedFreshly = now - provedAt < sessionTimes.freshMs && now >= provedAt;
    return { caller: { kind: 'operator', id, name, role, sessionId }, provedAt, provedFreshly };
  }

  /** What the caller may know of their own session. Errors: UNAUTHENTICATED (it has ended meanwhile). */
  current({ caller }: Operation): CurrentSession {
    const times = caller.kind === 'operator' ? timesOf(this.#options.control, caller.sessionId) : undefined;
    if (caller.kind !== 'operator' || times === undefined) throw over();
    return {
      operatorId: caller.id,
      name: caller.name,
      role: caller.role,
      expiresAt: toRfc3339(times.expiresAt),
      freshUntil: toRfc3339(times.provedAt + sessionTimes.freshMs),
    };
  }

  /** Ends the caller's own session. */
  async end(operation: Operation): Promise<void> {
    const { caller } = operation;
    if (caller.kind !== 'operator') return;
    await this.#options.control.write((transaction) => {
      endSession(transaction, caller.sessionId);
      operation.record(transaction, { resource: { kind: 'operator', id: caller.id, person: true } });
    });
  }

  /** Waits for what is being noted. */
  async settle(): Promise<void> {
    await Promise.all(this.#noting.values());
  }

  #tell(operatorId: Uuid, now: number): void {
    const before = this.#told.get(operatorId);
    if (before !== undefined && Math.abs(now - before) < sessionTimes.tellEveryMs) return;
    this.#told.set(operatorId, now);
    this.#options.tampered(operatorId);
  }

  #note(id: Uuid, now: number): void {
    if (this.#noting.has(id)) return;
    const noted = this.#options.control
      .write((transaction) => storeSeen(transaction, id, now))
      .catch((error: unknown) => this.#options.log(error, null))
      .finally(() => this.#noting.delete(id));
    this.#noting.set(id, noted);
  }
}

function over(): HoldfastError {
  return new HoldfastError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
