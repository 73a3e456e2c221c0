import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type {
  TimestampAuthority,
  Timestamped,
  Timestamps as TimestampsKnown,
} from '../../../shared/contract/audit/timestamps.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Operation } from '../../operations/operation.ts';
import { seal, unseal } from '../../secrets/seal.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import { encodeBase64 } from '../base64.ts';
import { parseCheckpoint } from '../checkpoint.ts';
import type { EventMaker } from '../event-maker.ts';
import type { LogHead } from '../log-store.ts';
import { type NoteVerifier, parseNote } from '../note.ts';
import { askAuthority, requireSafe, unusableAnswer } from './ask-authority.ts';
import { caCertificates, parseCertificates } from './certificates.ts';
import type { Stamped } from './stamped-checkpoint.ts';
import { authorityFacts, stampFacts } from './timestamp-facts.ts';
import {
  type AuthorityRow,
  putAuthority,
  putTimestamp,
  readAuthority,
  readTimestamps,
  sha256,
} from './timestamp-rows.ts';

const timeoutMs = 20_000;
const hourMs = 3_600_000;
const mostListed = 100;
const sealContext = 'holdfast/timestamp-authorization/v1';

interface TimestampLog {
  readonly store: OpenStore;
  readonly appender: Appender;
}

export interface TimestampsParts {
  /** Of the installation's log. */
  readonly origin: string;
  readonly maker: EventMaker;
  readonly clock: Clock;
  /** What this log is signed with, or was in this epoch. */
  ownKeys(): readonly NoteVerifier[];
  /** Throws UNAVAILABLE. */
  opened(): TimestampLog;
  /** Of the installation's log. */
  head(): LogHead | undefined;
  /** Whether the log is the one that its anchor knows. */
  fits(): boolean;
  /** Seals what signs in to the authority. */
  readonly installationKey: Uint8Array;
  readonly random: (length: number) => Uint8Array;
}

interface AuthorityInput {
  readonly url: string;
  readonly certificates: string;
  readonly policy?: string | undefined;
  readonly everyHours: number;
  readonly authorization?: string | undefined;
}

/**
 * RFC 3161 time stamps of the installation's checkpoints: asked for after a heartbeat when one is due, and on demand. What
 * parses ASN.1 is loaded when it is needed first.
 */
export class Timestamps {
  readonly #parts: TimestampsParts;
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #newest: (Stamped & { readonly authority: string }) | undefined;
  #failure: { readonly time: number; readonly message: string } | undefined;

  constructor(parts: TimestampsParts) {
    this.#parts = parts;
  }

  /** Reads how far the stored stamps of the present authority go. */
  async start(): Promise<void> {
    const { store } = this.#parts.opened();
    const authority = readAuthority(store);
    this.#newest = authority && (await this.#newestOf(store, authority));
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#last;
  }

  /** The largest checkpoint that the present authority stamped. */
  get newest(): (Stamped & { readonly authority: string }) | undefined {
    return this.#newest;
  }

  /** Why the last attempt failed; undefined where it did not, or where nobody is asked. */
  get problem(): string | undefined {
    return this.#failure?.message;
  }

  list(): TimestampsKnown {
    const { store } = this.#parts.opened();
    const row = readAuthority(store);
    const stamps = readTimestamps(store, this.#parts.origin, { limit: mostListed });
    return {
      authority: row === undefined ? null : this.#told(store, row),
      stamps: stamps.map(({ origin, size, time, authority }) => ({
        logId: origin,
        size,
        time: toRfc3339(time),
        authority,
      })),
    };
  }

  /** Errors: VALIDATION (certificates, a secret in the address or over an open line). */
  async set(input: AuthorityInput, operation: Operation): Promise<TimestampAuthority> {
    const { maker, clock, installationKey, random } = this.#parts;
    const { store, appender } = this.#parts.opened();
    const { url, policy = null, everyHours, authorization } = input;
    requireSafe(url, authorization);
    const row: AuthorityRow = {
      url,
      policy,
      certificates: caCertificates(input.certificates),
      every_hours: everyHours,
      authorization:
        authorization === undefined
          ? null
          : seal(installationKey, Buffer.from(authorization), sealContext, random),
      set_at: clock.now(),
    };
    operation.describe({ resource: { kind: 'timestamp-authority', id: new URL(url).host } });
    const leaf = maker.leaf('log.timestamp.set', { severity: 'critical', facts: authorityFacts(row) });
    await appender.append(leaf, (transaction) => putAuthority(transaction, row));
    this.#failure = undefined;
    this.#newest = await this.#newestOf(store, row);
    return this.#told(store, row);
  }

  /** Its stamps count no more; they stay stored. Errors: NOT_FOUND. */
  async remove(operation: Operation): Promise<Record<string, never>> {
    const { store, appender } = this.#parts.opened();
    const row = requireAuthority(store);
    operation.describe({ resource: { kind: 'timestamp-authority', id: new URL(row.url).host } });
    const leaf = this.#parts.maker.leaf('log.timestamp.remove', {
      severity: 'critical',
      facts: authorityFacts(row),
    });
    await appender.append(leaf, (transaction) => {
      transaction.sql('DELETE FROM timestamp_authority').run();
    });
    this.#newest = undefined;
    this.#failure = undefined;
    return {};
  }

  /** Has the newest checkpoint stamped. Errors: NOT_FOUND (nobody to ask, an empty log), UNAVAILABLE, CANCELLED. */
  async request(operation: Operation): Promise<Timestamped> {
    requireAuthority(this.#parts.opened().store);
    operation.describe({ resource: { kind: 'log', id: this.#parts.origin } });
    const stamped = await this.#inTurn(() => this.#stamp(operation.signal));
    operation.describe({ facts: { size: stamped.size, authority: stamped.authority } });
    return stamped;
  }

  /** Has the newest checkpoint stamped when that is due; a failure is told by `problem`, and tried again the next time. */
  async stampIfDue(): Promise<void> {
    const { clock, opened, fits } = this.#parts;
    await this.#inTurn(async () => {
      if (!fits() || this.#stopping.signal.aborted) return;
      const { store } = opened();
      const row = readAuthority(store);
      if (row === undefined || clock.now() < this.#dueAt(store, row)) return;
      await this.#stamp(this.#stopping.signal).catch((error: unknown) => {
        if (!(error instanceof HoldfastError)) throw error; // `#stamp` has noted the others
      });
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #stamp(signal: AbortSignal): Promise<Timestamped> {
    try {
      const stamped = await this.#ask(signal);
      this.#failure = undefined;
      return stamped;
    } catch (error) {
      if (signal.aborted || this.#stopping.signal.aborted) throw cancelled(error);
      if (error instanceof HoldfastError)
        this.#failure = { time: this.#parts.clock.now(), message: error.message };
      throw error;
    }
  }

  async #ask(signal: AbortSignal): Promise<Timestamped> {
    const { origin, installationKey, random, maker } = this.#parts;
    const { store, appender } = this.#parts.opened();
    const row = requireAuthority(store);
    await appender.commitTenants();
    const head = this.#parts.head();
    if (head === undefined || head.size === 0) throw emptyLog();
    const { note } = head;
    const { formatQuestion, newNonce, openAnswer } = await import('./exchange.ts');
    const question = { imprint: sha256(note), nonce: newNonce(random), policy: row.policy };
    const { host: authority } = new URL(row.url);
    const answer = await askAuthority(formatQuestion(question), {
      url: row.url,
      authorization:
        row.authorization === null
          ? undefined
          : unseal(installationKey, row.authorization, sealContext).toString('utf8'),
      timeoutMs,
      signal: AbortSignal.any([signal, this.#stopping.signal]),
    });
    const opened = () => openAnswer(answer, question, parseCertificates(row.certificates));
    const { token, stamp } = kept(authority, opened);
    const { size, root } = parseCheckpoint(parseNote(note).text);
    const { time } = stamp;
    const stamped = { origin, size, time, authority, certificates: row.certificates, note, token };
    const leaf = maker.leaf('log.timestamp', {
      of: origin,
      facts: { root: encodeBase64(root), ...stampFacts(stamped) },
    });
    await appender.append(leaf, (transaction) => putTimestamp(transaction, stamped));
    this.#newest = { origin, size, root, time, authority };
    return { logId: origin, size, time: toRfc3339(time), authority };
  }

  async #newestOf(store: OpenStore, { certificates }: AuthorityRow) {
    const rows = readTimestamps(store, this.#parts.origin, { certificates, limit: mostListed });
    if (rows.length === 0) return undefined;
    const { openStamped } = await import('./stamped-checkpoint.ts');
    for (const row of rows) {
      try {
        return { ...openStamped(row, this.#parts.ownKeys()), authority: row.authority };
      } catch (error) {
        // what does not fit vouches for nothing; a verification names it
        if (!(error instanceof HoldfastError)) throw error;
      }
    }
    return undefined;
  }

  /** By this machine's clock: when the last stamp was asked for is told by the stamp, which another clock made. */
  #dueAt(store: OpenStore, { certificates, every_hours, set_at }: AuthorityRow): number {
    const [newest] = readTimestamps(store, this.#parts.origin, { certificates, limit: 1 });
    return newest === undefined ? set_at : newest.time + every_hours * hourMs;
  }

  #told(store: OpenStore, row: AuthorityRow): TimestampAuthority {
    const failure = this.#failure;
    return {
      url: row.url,
      policy: row.policy,
      everyHours: row.every_hours,
      certificates: parseCertificates(row.certificates).map(({ subject, fingerprint256, validTo }) => ({
        subject: subject.replaceAll('\n', ', '),
        fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
        validTo: toRfc3339(Date.parse(validTo)),
      })),
      signsIn: row.authorization !== null,
      setAt: toRfc3339(row.set_at),
      dueAt: toRfc3339(this.#dueAt(store, row)),
      failure: failure === undefined ? null : { time: toRfc3339(failure.time), message: failure.message },
    };
  }
}

/** What comes from outside is refused as such, whatever is wrong with it. */
function kept<Result>(authority: string, open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { problems } = error.data;
    throw unusableAnswer(authority, Array.isArray(problems) ? problems.join('; ') : error.message, error);
  }
}

function requireAuthority(store: OpenStore): AuthorityRow {
  const row = readAuthority(store);
  if (row !== undefined) return row;
  throw new HoldfastError(
    'NOT_FOUND',
    'No time-stamp authority is set. Set one: `holdfast audit timestamp set URL --ca FILE`.',
    { kind: 'timestamp-authority', id: '' },
  );
}

const emptyLog = () =>
  new HoldfastError('NOT_FOUND', 'The log has no entries yet.', { kind: 'entry', id: '' });

const cancelled = (cause: unknown) =>
  new HoldfastError('CANCELLED', 'The request for a time stamp was cancelled.', {}, { cause });
