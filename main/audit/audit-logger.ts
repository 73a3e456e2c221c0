import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { AuditEntry, AuditVerification } from '../../shared/contract/audit.ts';
import type { ManagerHealth, Status } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { JobStarter } from '../jobs/job-runner.ts';
import { siblingModule } from '../jobs/sibling-module.ts';
import { runWorker } from '../jobs/worker-task.ts';
import type { EntryDetails, Operation } from '../operations/operation.ts';
import type { AuditedOperation, AuditTrail } from '../operations/operation-run.ts';
import type { Ed25519Key } from '../secrets/ed25519.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { OutboxEvent, Store } from '../storage/store.ts';
import { type AnchorKeeper, Anchors } from './anchors.ts';
import { Appender, type EventOutbox } from './appender.ts';
import { encodeBase64 } from './base64.ts';
import { EventIndex } from './event-index.ts';
import { EventMaker } from './event-maker.ts';
import { logOrigin, signingKeyName } from './log-name.ts';
import { policyHash } from './log-policy.ts';
import { type LogHead, storedTiles } from './log-store.ts';
import { rangeRoot, sameHash } from './merkle.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from './note-key.ts';
import type { AuditRecord } from './record.ts';
import { nodesFromTiles } from './tiles.ts';
import { readRecord, readTrail } from './trail.ts';
import type { VerifyReport, VerifyTask } from './verify/verify-worker.ts';

interface SigningKey {
  readonly generation: number;
  readonly key: Ed25519Key;
}

export interface AuditLoggerParts {
  /** Opens audit.db; asked again later when it throws. */
  openStore(): Promise<OpenStore>;
  readonly search: Store;
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly signing: SigningKey;
  readonly pseudonymKey: Uint8Array;
  /** For fields without a subject. */
  readonly installationKey: Uint8Array;
  readonly appVersion: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: (length: number) => Uint8Array;
  readonly jobs: JobStarter;
  /** The keychain; null where there is none, and so no local anchor. */
  readonly anchors: AnchorKeeper | null;
  /** A person's own key; undefined once destroyed, or for someone unknown. */
  subjectKey(subject: Uuid): Uint8Array | undefined;
  /** Everyone who has a key: for names behind pseudonyms. */
  subjects(): readonly Uuid[];
  /** The person an operator's name belongs to. */
  operatorNamed(name: string): Uuid | undefined;
  auditLevel(tenantId: Uuid): 'basic' | 'full';
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
}

interface TrailInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly tenant?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly severity?: AuditEntry['severity'] | undefined;
  readonly outcome?: AuditEntry['outcome'] | undefined;
  readonly order: 'newest' | 'oldest';
}

interface LogActionInput {
  readonly tenant?: string | undefined;
  readonly action: string;
  readonly severity: AuditEntry['severity'];
  readonly outcome: AuditEntry['outcome'];
  readonly resource?: { readonly kind: string; readonly id: string } | undefined;
  readonly reason?: string | undefined;
  readonly facts: AuditEntry['facts'];
}

/** The log while it can be read and written. */
interface OpenLog {
  readonly store: OpenStore;
  readonly appender: Appender;
  readonly index: EventIndex;
}

const retryMs = 30_000;

type Horizon = NonNullable<AuditVerification['horizon']>;

/** The record nobody can quietly change: one log a tenant and one of the installation that vouches for them. */
export class AuditLogger implements AuditTrail {
  readonly #parts: AuditLoggerParts;
  readonly #maker: EventMaker;
  readonly #anchors: Anchors;
  readonly #origin: string;
  readonly #outboxes = new Set<EventOutbox>();
  #log: OpenLog | undefined;
  #down: unknown;
  #retry: NodeJS.Timeout | undefined;
  #mismatch: string | undefined;
  /** Whether the log has been compared with its anchor: the anchor is not written again before. */
  #compared = false;

  constructor(parts: AuditLoggerParts) {
    const { installationId, epoch, clock, ids } = parts;
    this.#parts = parts;
    this.#origin = logOrigin(installationId, 'installation', epoch);
    this.#anchors = new Anchors(parts.anchors, this.#origin, clock);
    this.#maker = new EventMaker({ ...parts, boot: ids.uuid(), policy: policyHash() });
  }

  /**
   * Opens the log and compares it with its anchor. A log that cannot be opened is told by `health` and tried
   * again; until then events wait in the outboxes and critical operations are refused. What does not fit the
   * anchor is told by `health` and by every verification.
   */
  async start(): Promise<void> {
    try {
      this.#log ??= await this.#openLog();
      this.#down = undefined;
      await this.#compareWithAnchor();
    } catch (error) {
      this.#down = error;
      this.#retry = setTimeout(() => void this.start(), retryMs).unref();
    }
  }

  async #openLog(): Promise<OpenLog> {
    const { installationId, epoch, search, signing } = this.#parts;
    const store = await this.#parts.openStore();
    try {
      const appender = new Appender({
        store,
        maker: this.#maker,
        signer: noteSigner(this.#keyName(), signing.key),
        installationId,
        epoch,
        // an anchor that vouches for more than there is must not be lost
        onHead: (head) => this.#mayAnchor && this.#anchors.note(head),
      });
      for (const outbox of this.#outboxes) appender.attach(outbox);
      return { store, appender, index: new EventIndex(search, store) };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get #mayAnchor(): boolean {
    return this.#compared && this.#mismatch === undefined;
  }

  /** Throws KEYCHAIN_UNAVAILABLE: then nothing is known, and the anchor stays as it is. */
  async #compareWithAnchor(): Promise<void> {
    if (this.#compared) return;
    this.#mismatch = await this.#mismatchWithAnchor();
    this.#compared = true;
    const head = this.#installationHead();
    if (head !== undefined && this.#mayAnchor) this.#anchors.note(head);
  }

  async #mismatchWithAnchor(): Promise<string | undefined> {
    let anchor: Awaited<ReturnType<Anchors['load']>>;
    try {
      anchor = await this.#anchors.load();
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'INTEGRITY') return 'the anchor is not readable';
      throw error;
    }
    if (anchor === undefined) return undefined;
    const head = this.#installationHead();
    if (anchor.origin !== this.#origin) return 'the anchor names another log';
    if (head === undefined || head.size < anchor.size) {
      return `the log has ${head?.size ?? 0} entries, the anchor vouches for ${anchor.size}`;
    }
    if (anchor.size === 0) return undefined;
    const nodes = nodesFromTiles(head.size, storedTiles(this.#opened().store, head.log));
    if (sameHash(rangeRoot(0, anchor.size, nodes), anchor.root)) return undefined;
    return `the first ${anchor.size} entries are not those that the anchor vouches for`;
  }

  /** Drains what waits, signs the last heads and puts the newest in safety. */
  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    const log = this.#log;
    if (log === undefined) return;
    await log.appender.stop();
    if (this.#mayAnchor) await this.#anchors.flush();
    this.#log = undefined;
    await log.store.close();
  }

  attach(outbox: EventOutbox): void {
    this.#outboxes.add(outbox);
    this.#log?.appender.attach(outbox);
  }

  detach(outbox: EventOutbox): void {
    this.#outboxes.delete(outbox);
    this.#log?.appender.detach(outbox);
  }

  event(operation: AuditedOperation, details: EntryDetails, phase: 'intent' | 'outcome'): OutboxEvent {
    return this.#maker.event(operation, details, phase);
  }

  keepsReads(tenantId: Uuid | undefined): boolean {
    return tenantId === undefined || this.#parts.auditLevel(tenantId) === 'full';
  }

  async append(event: OutboxEvent): Promise<void> {
    if (this.#log === undefined) throw unwritable(this.#down);
    await this.#log.appender.append(event);
  }

  async settle(): Promise<void> {
    await this.#log?.appender.settle();
  }

  get isOpen(): boolean {
    return this.#log !== undefined;
  }

  /** audit.db. Throws UNAVAILABLE while it cannot be opened. */
  get store(): OpenStore {
    return this.#opened().store;
  }

  get health(): ManagerHealth {
    if (this.#mismatch !== undefined) {
      return {
        state: 'degraded',
        problem: `TAMPERED or RESTORED: ${this.#mismatch}. Run \`holdfast audit verify\`.`,
      };
    }
    if (this.#log === undefined) return { state: 'down', problem: unwritable(this.#down).message };
    const uncompared = this.#compared ? undefined : `Not compared with its anchor yet. ${told(this.#down)}`;
    const problem = this.#log.appender.problem?.message ?? uncompared ?? this.#anchors.problem;
    return problem === undefined ? { state: 'ready', problem: null } : { state: 'degraded', problem };
  }

  /** Whether an event is in the log already, by id. */
  has(eventId: string): boolean {
    return this.#opened().store.sql('SELECT 1 FROM entries WHERE event_id = ?').get(eventId) !== undefined;
  }

  /** The newest signed checkpoint of a tenant's log, or with null of the installation's; null before its first. */
  checkpoint(tenantId: Uuid | null): string | null {
    const head = this.#heads().find((other) => other.tenantId === tenantId);
    return head === undefined ? null : Buffer.from(head.note).toString('utf8');
  }

  /** Everything one log tells of an action that succeeded, oldest first. Errors: INTEGRITY. */
  async recordsOf(action: string, tenantId: Uuid | null): Promise<AuditRecord[]> {
    const { store, appender, index } = this.#opened();
    await appender.settle();
    await index.catchUp(appender.heads());
    const head = appender.heads().find((other) => other.tenantId === tenantId);
    if (head === undefined) return [];
    const found = this.#parts.search
      .sql<{ position: number }>(
        `SELECT position FROM events WHERE action = ? AND log = ? AND outcome = 'success' ORDER BY position`,
      )
      .all(action, head.log);
    return found.map(({ position }) => readRecord(store, position));
  }

  /** The key that checks this installation's checkpoints, in C2SP's form. */
  verifierKey(): string {
    return formatVerifierKey(noteVerifier(this.#keyName(), this.#parts.signing.key.publicKey));
  }

  status(): Status['log'] {
    const head = this.#installationHead();
    const { witness, size, time, note } = this.#horizon();
    return {
      size: head?.size ?? 0,
      root: head === undefined ? '' : encodeBase64(head.root),
      horizon: { witness, size, time, note },
    };
  }

  /** Errors: NOT_FOUND (tenant), AUDIT_UNAVAILABLE, VALIDATION. */
  async logAction(input: LogActionInput, operation: Operation): Promise<{ id: Uuid }> {
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    const { severity, outcome, facts, resource = { kind: 'operation', id: operation.id } } = input;
    const event = this.#maker.event(
      {
        id: operation.id,
        action: input.action,
        severity,
        critical: severity === 'critical',
        caller: operation.caller,
        ...(input.reason === undefined ? {} : { reason: input.reason }),
      },
      { resource, facts, outcome, ...(tenantId === undefined ? {} : { tenantId }) },
      'outcome',
    );
    await this.append(event);
    return { id: event.eventId };
  }

  /** Entries by time, then log and index. Errors: NOT_FOUND (tenant), VALIDATION (cursor), INTEGRITY. */
  async getAuditTrail(
    input: TrailInput,
    operation: Operation,
  ): Promise<{ items: AuditEntry[]; next: string | null }> {
    const { store, appender, index } = this.#opened();
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    await appender.settle();
    const heads = appender.heads();
    await index.catchUp(heads);
    const log =
      tenantId === undefined ? undefined : (heads.find((head) => head.tenantId === tenantId)?.log ?? -1);
    const filter = {
      log,
      from: epoch(input.from),
      to: epoch(input.to),
      actors: input.actor === undefined ? undefined : this.#pseudonyms(input.actor),
      action: input.action,
      severity: input.severity,
      outcome: input.outcome,
    };
    const { limit, cursor, order } = input;
    return readTrail(this.#parts.search, store, this.#openingKeys(), { filter, order, limit, cursor });
  }

  /** Starts the job that re-reads every stored value. Its result is an AuditVerification. */
  async verifyAuditLog(
    input: { readonly tenant?: string | undefined },
    operation: Operation,
  ): Promise<{ jobId: Uuid }> {
    const tenantId = input.tenant === undefined ? undefined : this.#parts.tenantId(input.tenant);
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    return await this.#parts.jobs.start({
      kind: 'audit.verify',
      tenantId: tenantId ?? null,
      resource: 'audit-verify',
      operation,
      run: async ({ operation: { signal }, progress }) => {
        const { appender } = this.#opened();
        await appender.commitTenants();
        await this.#compareWithAnchor().catch((error: unknown) => {
          this.#down = error; // the verdict and `health` tell
        });
        const total = appender.heads().reduce((sum, { size }) => sum + size, 0);
        progress.phase('Reading entries', total, 'entries');
        const report = await this.#runVerify(tenantId, signal, (count) => progress.advance(count));
        const result = this.#verdict(report);
        operation.describe({ facts: { verdict: result.verdict, problems: result.problems.length } });
        return result;
      },
    });
  }

  async #runVerify(tenantId: Uuid | undefined, signal: AbortSignal, onMessage: (count: number) => void) {
    const kept = this.#anchors.kept;
    const { installationId, epoch: ofLog, installationKey } = this.#parts;
    const subjectKeys = await this.#subjectKeys();
    const shared = this.#opened().store.share();
    const data: VerifyTask = {
      audit: shared,
      keys: [this.verifierKey()],
      installationId,
      epoch: ofLog,
      openings: { installationKey, subjectKeys },
      now: this.#parts.clock.now(),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(kept === undefined
        ? {}
        : { anchor: { size: kept.size, root: kept.root, by: 'the anchor in the keychain' } }),
    };
    const url = siblingModule(import.meta.url, 'verify/verify-worker');
    return await runWorker<VerifyReport, number>(url, { data, signal, onMessage, transfer: [shared.port] });
  }

  /** By pseudonym; a few at a time, so that nobody waits. */
  async #subjectKeys(): Promise<Map<string, Uint8Array>> {
    const keys = new Map<string, Uint8Array>();
    for (const [at, subject] of this.#parts.subjects().entries()) {
      const key = this.#parts.subjectKey(subject);
      if (key !== undefined) keys.set(this.#maker.pseudonymOf(subject), key);
      if (at % 200 === 199) await nextTurn();
    }
    return keys;
  }

  #verdict({ logs, problems }: VerifyReport): AuditVerification {
    const named =
      this.#mismatch === undefined ? [] : [{ logId: this.#origin, index: null, reason: this.#mismatch }];
    const all = [
      ...problems,
      ...named.filter(({ reason }) => !problems.some((other) => other.reason === reason)),
    ];
    return {
      verdict: all.length > 0 ? 'tampered' : this.#compared ? 'verified' : 'incomplete',
      logs: logs.map(({ logId, size, root }) => ({ logId, size, root: encodeBase64(root) })),
      horizon: this.#horizon(),
      problems: all,
    };
  }

  #horizon(): Horizon {
    const kept = this.#anchors.kept;
    const head = this.#installationHead();
    if (kept !== undefined) {
      return {
        witness: 'keychain',
        logId: this.#origin,
        size: kept.size,
        root: encodeBase64(kept.root),
        time: toRfc3339(kept.time),
        note: "Proven to here by the anchor in this machine's keychain; later entries are self-attested.",
      };
    }
    return {
      witness: 'none',
      logId: this.#origin,
      size: 0,
      root: head === undefined ? '' : encodeBase64(head.root),
      time: null,
      note: !this.#compared
        ? `The anchor could not be read, so nothing vouches for any entry. ${told(this.#down)}`
        : this.#parts.anchors === null
          ? 'No local anchor: this installation has no keychain. Every entry is self-attested.'
          : 'No anchor has been written yet. Every entry is self-attested.',
    };
  }

  #pseudonyms(actor: string): string[] {
    if (actor.startsWith('p:')) return [actor];
    const subject = this.#parts.operatorNamed(actor);
    return [subject === undefined ? actor : this.#maker.pseudonymOf(subject)];
  }

  #openingKeys() {
    let byPseudonym: Map<string, Uuid> | undefined;
    return {
      installationKey: this.#parts.installationKey,
      keyOf: (pseudonym: string) => {
        byPseudonym ??= new Map(
          this.#parts.subjects().map((subject) => [this.#maker.pseudonymOf(subject), subject]),
        );
        const subject = byPseudonym.get(pseudonym);
        return subject === undefined ? undefined : this.#parts.subjectKey(subject);
      },
    };
  }

  #installationHead(): LogHead | undefined {
    return this.#heads().find(({ origin }) => origin === this.#origin);
  }

  #heads(): readonly LogHead[] {
    return this.#log?.appender.heads() ?? [];
  }

  #opened(): OpenLog {
    if (this.#log !== undefined) return this.#log;
    throw new HoldfastError('UNAVAILABLE', unwritable(this.#down).message, { manager: 'audit' });
  }

  #keyName(): string {
    const { installationId, epoch, signing } = this.#parts;
    return signingKeyName(installationId, epoch, signing.generation);
  }
}

function unwritable(cause: unknown): HoldfastError {
  const reason = told(cause);
  return new HoldfastError(
    'AUDIT_UNAVAILABLE',
    `The audit log cannot be opened, so critical operations are refused. ${reason} Put audit.db back; it is tried again.`,
    { cause: cause instanceof HoldfastError ? cause.code : 'INTERNAL' },
    { cause },
  );
}

/** What a refusal says of its cause; what is not of the contract could hold a path or SQL. */
function told(cause: unknown): string {
  return cause instanceof HoldfastError ? cause.message : 'Why is in the log of this process.';
}

function epoch(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
