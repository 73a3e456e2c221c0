import type { Clock } from '../../shared/clock.ts';
import type { CheckpointCheck, LastVerification } from '../../shared/contract/audit/integrity.ts';
import type { AuditEntry, AuditVerification, Horizon, SigningKeyState } from '../../shared/contract/audit.ts';
import type { ManagerHealth, Status } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { Outcome } from '../../shared/severities.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import type { EntryDetails, Operation } from '../operations/operation.ts';
import type { AuditedOperation, AuditTrail } from '../operations/operation-run.ts';
import type { Ed25519Key } from '../secrets/ed25519.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { OutboxEvent, Store } from '../storage/store.ts';
import { Alerts, type AlertsParts } from './alerts/alerts.ts';
import { AnchorWatch } from './anchor-watch.ts';
import type { AnchorKeeper } from './anchors.ts';
import { Appender, type EventOutbox } from './appender.ts';
import { BackupNotes, type CarriedNote, type NoteKeeper } from './backup-notes.ts';
import { encodeBase64 } from './base64.ts';
import { Breaches, type BreachNeeds } from './breaches/breaches.ts';
import { LogExports } from './bundle/log-exports.ts';
import { TamperDrill } from './drill/tamper-drill.ts';
import { EventMaker } from './event-maker.ts';
import { type PersonalSealer, SavedFilters } from './filters/saved-filters.ts';
import { AuditForwarder, type AuditForwarderParts } from './forward/audit-forwarder.ts';
import type { ForwardingNeeds } from './forward/deliveries.ts';
import { KeyRotation } from './key-rotation.ts';
import { logOrigin } from './log-name.ts';
import { policyHash } from './log-policy.ts';
import { type LogHead, records } from './log-store.ts';
import { formatNote, signNote } from './note.ts';
import { type FormerKey, parseVerifierKey } from './note-key.ts';
import { proofHorizon } from './proof-horizon.ts';
import { type AuditRecord, decodeRecord } from './record.ts';
import { ComplianceReports } from './report/compliance-reports.ts';
import type { ReportSource } from './report/needs.ts';
import { LogRetention, type RetentionParts } from './retention/log-retention.ts';
import { ReadingGate } from './retention/reading-gate.ts';
import { EventIndex } from './search/event-index.ts';
import { LogExplorer } from './search/log-explorer.ts';
import { mendIndex } from './search/mend-index.ts';
import { readRecord } from './search/trail.ts';
import { type KeyKeeper, type SigningKey, SigningKeys } from './signing-keys.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { SubjectDirectory, type SubjectSource } from './subject-directory.ts';
import { SubjectTrace } from './subjects/subject-trace.ts';
import { Timestamps } from './timestamp/timestamps.ts';
import { checkCheckpoint } from './verify/check-checkpoint.ts';
import { runVerify, verdictOf } from './verify/run-verify.ts';
import { StandingVerdict, textOf, type VerdictKeeper } from './verify/standing-verdict.ts';
import { Witnesses } from './witness/witnesses.ts';

export interface AuditLoggerParts extends SubjectSource {
  readonly control: Store;
  readonly personal: PersonalSealer;
  /** Opens audit.db; asked again later when it throws. */
  openStore(): Promise<OpenStore>;
  readonly search: OpenStore;
  readonly installationId: Uuid;
  readonly epoch: number;
  /** Keys of this epoch, oldest first. */
  readonly signing: readonly SigningKey[];
  /** What checks the logs of former epochs, and what former keys of this one signed. */
  readonly formerKeys: readonly FormerKey[];
  readonly keyKeeper: KeyKeeper;
  /** What cosigns others' checkpoints in this epoch; made when it is asked for first. */
  witnessKey(): Promise<Ed25519Key>;
  readonly pseudonymKey: Uint8Array;
  readonly appVersion: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: (length: number) => Uint8Array;
  readonly jobs: JobStarter;
  /** Where copies of the log lie while a drill attacks them; nothing else does. */
  readonly drillFolder: string;
  /** The keychain; null where there is none, and so no local anchor. */
  readonly anchors: AnchorKeeper | null;
  readonly backupNotes: NoteKeeper;
  /** Checkpoints in backups that nothing here knows of. Errors: those of reaching the target. */
  unknownNotes(
    context: Pick<JobContext, 'progress'> & { readonly signal: AbortSignal },
  ): Promise<readonly CarriedNote[]>;
  /** Where it is kept what the last verification found. */
  readonly verdicts: VerdictKeeper;
  /** What ties the retention to the keyring, and who may approve changes of it. */
  readonly retention: Pick<RetentionParts, 'seal' | 'approvers'>;
  readonly forwarding: ForwardingNeeds & Pick<AuditForwarderParts, 'stuck'>;
  readonly alerts: Pick<AlertsParts, 'control' | 'operatorName' | 'raised' | 'report'>;
  readonly breaches: BreachNeeds;
  /** See `SignsOfLife`. */
  uptimeMs(): number | undefined;
  auditLevel(tenantId: Uuid): 'basic' | 'full';
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
  /** What reports say of the other managers. */
  readonly reportSource: ReportSource;
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

/** The record nobody can quietly change: one log a tenant and one of the installation that vouches for them. */
export class AuditLogger implements AuditTrail {
  /** Other installations that vouch for this log, and those that it vouches for. */
  readonly witnesses: Witnesses;
  /** RFC 3161 time stamps of this log. */
  readonly timestamps: Timestamps;
  /** Attacks on a copy of this log. */
  readonly drill: TamperDrill;
  /** What the log has of one person. */
  readonly subjects: SubjectTrace;
  /** What the log says of its own machine. */
  readonly life: SignsOfLife;
  /** Sends its entries to others. */
  readonly forwarder: AuditForwarder;
  /** Evidence for the controls of standards. */
  readonly reports: ComplianceReports;
  /** Finds entries. */
  readonly explorer: LogExplorer;
  /** Bundles for others. */
  readonly exports: LogExports;
  /** What operators narrow the log to again and again. */
  readonly filters: SavedFilters;
  /** What rules find in the log. */
  readonly alerts: Alerts;
  /** How long it is kept. */
  readonly retention: LogRetention;
  /** Breaches of personal data, and the time in which they are to be told. */
  readonly breaches: Breaches;
  /** What backups say of this log. */
  readonly backupNotes: BackupNotes;
  readonly #parts: AuditLoggerParts;
  readonly #maker: EventMaker;
  readonly #anchors: AnchorWatch;
  readonly #verdict: StandingVerdict;
  readonly #people: SubjectDirectory;
  readonly #keys: SigningKeys;
  readonly #rotation: KeyRotation;
  readonly #origin: string;
  readonly #gate = new ReadingGate();
  /** How often somebody took the log from where it stood. */
  #acknowledged = 0;
  readonly #outboxes = new Set<EventOutbox>();
  #log: OpenLog | undefined;
  #down: unknown;
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: AuditLoggerParts) {
    const { installationId, epoch, clock, ids } = parts;
    this.#parts = parts;
    this.#keys = new SigningKeys({ ...parts, former: parts.formerKeys, keeper: parts.keyKeeper });
    this.#origin = logOrigin(installationId, 'installation', epoch);
    this.#anchors = new AnchorWatch(parts.anchors, this.#origin, clock);
    this.backupNotes = new BackupNotes({
      epoch,
      origin: this.#origin,
      keeper: parts.backupNotes,
      keys: () => this.#allKeys().map(parseVerifierKey),
      log: () => this.#log && { reading: this.#log.store, head: this.#installationHead() },
      acknowledgedAt: async () => (await this.recordsOf('audit.acknowledge', null)).at(-1)?.t ?? 0,
      isContradicted: () => this.#anchors.mismatch !== undefined,
      contradicted: (mismatch, vouched) => this.#anchors.contradict(mismatch, vouched),
    });
    this.#verdict = new StandingVerdict({ ...parts, keeper: parts.verdicts, origin: this.#origin });
    this.#maker = new EventMaker({ ...parts, boot: ids.uuid(), policy: policyHash() });
    this.#rotation = new KeyRotation({ keys: this.#keys, maker: this.#maker, clock });
    this.witnesses = new Witnesses({
      installationId,
      epoch,
      clock,
      origin: this.#origin,
      maker: this.#maker,
      ownKeys: () => this.#allKeys().map(parseVerifierKey),
      witnessKey: () => parts.witnessKey(),
      opened: () => this.#opened(),
      head: () => this.#installationHead(),
    });
    this.timestamps = new Timestamps({
      ...parts,
      origin: this.#origin,
      maker: this.#maker,
      ownKeys: () => this.#allKeys().map(parseVerifierKey),
      opened: () => this.#opened(),
      head: () => this.#installationHead(),
      fits: () => this.#doubt === undefined,
    });
    this.drill = new TamperDrill({
      jobs: parts.jobs,
      clock,
      maker: this.#maker,
      folder: parts.drillFolder,
      opened: () => this.#opened(),
      check: () => this.#check(),
      anchor: async () => {
        await this.#anchors.flush();
        return this.#anchors.kept;
      },
    });
    this.subjects = new SubjectTrace({
      gate: this.#gate,
      opened: () => this.#opened(),
      pseudonymOf: (subject) => this.#maker.pseudonymOf(subject),
      installationKey: parts.installationKey,
      subjectKey: (subject) => parts.subjectKey(subject),
    });
    this.life = new SignsOfLife({
      maker: this.#maker,
      clock,
      uptimeMs: () => parts.uptimeMs(),
      append: (leaf) => this.append(leaf),
      newestTime: () => this.#newestTime(),
    });
    this.forwarder = new AuditForwarder({
      ...parts,
      ...parts.forwarding,
      heads: () => this.#heads(),
      reading: () => this.#opened().store,
      tenantId: (reference) => parts.tenantId(reference),
    });
    this.reports = new ComplianceReports({
      ...parts,
      source: parts.reportSource,
      gate: this.#gate,
      opened: () => this.#opened(),
      verify: (tenantId, context) => this.#verify(tenantId, context),
      prunings: (logs) => this.retention.prunings(logs),
      archiveFolder: () => this.retention.policies.folder,
      anchor: () => this.anchor(),
    });
    this.#people = new SubjectDirectory(parts, (subject) => this.#maker.pseudonymOf(subject));
    this.filters = new SavedFilters(parts);
    this.explorer = new LogExplorer({
      ...parts,
      people: this.#people,
      opened: () => this.#opened(),
      tenantId: (reference) => parts.tenantId(reference),
      logsOf: (tenantId) => this.#logsOf(tenantId),
      horizon: () => this.horizon(),
    });
    this.exports = new LogExports({
      ...parts,
      gate: this.#gate,
      maker: this.#maker,
      keys: this.#keys,
      people: this.#people,
      opened: () => this.#opened(),
      tenantId: (reference) => parts.tenantId(reference),
      newFile: (path) => parts.newFile(path),
    });
    this.alerts = new Alerts({
      ...parts.alerts,
      clock,
      ids,
      maker: this.#maker,
      log: () => this.#log,
      opened: () => this.#opened(),
      openingKeys: () => this.#people.openingKeys(),
      tenantId: (reference) => parts.tenantId(reference),
    });
    this.retention = new LogRetention({
      ...parts,
      ...parts.retention,
      gate: this.#gate,
      operatorName: (id) => parts.alerts.operatorName(id),
      maker: this.#maker,
      keys: this.#keys,
      opened: () => this.#opened(),
      tenantId: (reference) => parts.tenantId(reference),
      newFile: (path) => parts.newFile(path),
      recordsOf: (action) => this.recordsOf(action, null),
      anchored: async () => {
        await this.#anchors.flush();
        return this.#anchors.vouching?.size;
      },
      watching: this.alerts.watching,
    });
    this.breaches = new Breaches({
      ...parts,
      ...parts.breaches,
      maker: this.#maker,
      origin: this.#origin,
      log: () => this.#log,
      opened: () => this.#opened(),
      openingKeys: () => this.#people.openingKeys(),
      ownLogs: () => this.#logsOf(null),
      anchor: () => this.anchor(),
    });
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
      await this.backupNotes.start();
      await this.#anchors.compare(this.#log.store, this.#installationHead());
      await this.#tellMismatch();
      await this.timestamps.start();
      await this.#rotation.finish({ appender: this.#log.appender, head: this.#installationHead() });
    } catch (error) {
      this.#down = error;
      this.#retry = setTimeout(() => void this.start(), retryMs).unref();
    }
  }

  /** Once, until somebody acknowledges it. */
  async #tellMismatch(): Promise<void> {
    const { mismatch } = this.#anchors;
    if (mismatch === undefined || this.#verdict.anchorTold) return;
    if (await this.#tellContradicted(mismatch, 1)) await this.#verdict.noteAnchorTold();
  }

  /** Answers false for a log that takes no entries, which `health` tells. */
  async #tellContradicted(found: string, problems: number): Promise<boolean> {
    const facts = { found: found.slice(0, 500).toWellFormed(), problems };
    const told = { of: this.#origin, severity: 'critical', outcome: 'failure', facts } as const;
    try {
      await this.append(this.#maker.leaf('log.contradicted', told));
      return true;
    } catch (error) {
      this.#down = error;
      return false;
    }
  }

  async #openLog(): Promise<OpenLog> {
    const { installationId, epoch, search } = this.#parts;
    const store = await this.#parts.openStore();
    try {
      const index = new EventIndex(search, store);
      const appender = new Appender({
        store,
        maker: this.#maker,
        signer: this.#keys.signer(),
        installationId,
        epoch,
        onHead: (head) => {
          this.#anchors.note(head);
          index.catchUpSoon(() => appender.heads());
          this.explorer.tail.changed();
          this.forwarder.wake();
          this.alerts.watching.grown();
        },
      });
      for (const outbox of this.#outboxes) appender.attach(outbox);
      index.catchUpSoon(() => appender.heads());
      return { store, appender, index };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Drains what waits, signs the last heads and puts the newest in safety. `beforeClose`: nothing is written any more. */
  async stop(beforeClose: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    clearTimeout(this.#retry);
    const log = this.#log;
    this.explorer.tail.stop();
    if (log === undefined) return;
    await this.timestamps.stop();
    await log.appender.stop();
    await log.index.stop();
    await this.#anchors.flush();
    this.#log = undefined;
    await beforeClose();
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
    const { compared } = this.#anchors;
    const doubt = this.#doubt;
    if (doubt !== undefined) {
      return { state: 'degraded', problem: `TAMPERED or RESTORED: ${doubt}. Run \`holdfast audit verify\`.` };
    }
    if (this.#log === undefined) return { state: 'down', problem: unwritable(this.#down).message };
    const uncompared = compared ? undefined : `Not compared with its anchor yet. ${told(this.#down)}`;
    const problem =
      this.#log.appender.problem?.message ??
      uncompared ??
      this.#anchors.problem ??
      this.forwarder.problem ??
      this.timestamps.problem;
    return problem === undefined ? { state: 'ready', problem: null } : { state: 'degraded', problem };
  }

  /** Whether an event is in the log already, by id. */
  has(eventId: string): boolean {
    return this.#opened().store.sql('SELECT 1 FROM entries WHERE event_id = ?').get(eventId) !== undefined;
  }

  /** The newest signed checkpoint of a tenant's log, or with null of the installation's; null before its first. */
  checkpoint(tenantId: Uuid | null): string | null {
    const { installationId, epoch } = this.#parts;
    const origin = logOrigin(installationId, tenantId ?? 'installation', epoch);
    const head = this.#heads().find((other) => other.origin === origin);
    return head === undefined ? null : Buffer.from(head.note).toString('utf8');
  }

  /** What a report prints of the log; undefined before its first entry. */
  anchor(): { readonly checkpoint: string; readonly horizon: string } | undefined {
    const checkpoint = this.checkpoint(null);
    return checkpoint === null ? undefined : { checkpoint, horizon: this.horizon().note };
  }

  /** Everything the logs of one owner tell of an action that ended so, oldest first. Errors: INTEGRITY. */
  async recordsOf(
    action: string,
    tenantId: Uuid | null,
    outcome: Outcome = 'success',
  ): Promise<AuditRecord[]> {
    const { store, appender, index } = this.#opened();
    await appender.settle();
    await index.catchUp(appender.heads());
    const found = this.#parts.search
      .sql<{ position: number }>(
        `SELECT position FROM events JOIN event_kinds USING (kind)
         WHERE action = ? AND log IN (SELECT value FROM json_each(?)) AND outcome = ? ORDER BY position`,
      )
      .all(action, JSON.stringify(this.#logsOf(tenantId)), outcome);
    return found.map(({ position }) => readRecord(store, position));
  }

  /** A text that is no checkpoint, signed with this installation's key: a note (C2SP signed-note). Errors: VALIDATION. */
  signText(text: string): string {
    return Buffer.from(formatNote(signNote(text, [this.#keys.signer()]))).toString('utf8');
  }

  /** The key that checks this installation's checkpoints, in C2SP's form. */
  verifierKey(): string {
    return this.#keys.verifierKey();
  }

  /** Why the log cannot be relied on, while no owner has acknowledged it: its anchor, or the last verification. */
  get #doubt(): string | undefined {
    return this.#anchors.mismatch ?? this.#verdict.doubt;
  }

  /** Errors: INTEGRITY while the log is in doubt and no owner has acknowledged that. */
  requireUncontradicted(): void {
    this.#anchors.requireFitting();
    const { doubt } = this.#verdict;
    if (doubt === undefined) return;
    throw new HoldfastError(
      'INTEGRITY',
      `The audit log does not verify (${doubt}), so changes wait. See what \`holdfast audit verify\` finds; an owner takes it from there with \`holdfast audit acknowledge\`.`,
      { problems: [doubt], reason: 'log-contradicted' },
    );
  }

  /** An owner takes a log that is in doubt from here on. Errors: CONFLICT (it is not). */
  async acknowledgeAuditState(operation: Operation): Promise<{ anchored: number; found: number }> {
    const doubt = this.#doubt;
    const head = this.#installationHead();
    if (doubt === undefined || head === undefined) {
      throw new HoldfastError('CONFLICT', 'The audit log is in no doubt: there is nothing to acknowledge.', {
        reason: 'not-contradicted',
      });
    }
    this.#acknowledged += 1;
    const told = await this.#anchors.acknowledge(head, operation, doubt);
    await this.#verdict.acknowledge();
    await this.backupNotes.acknowledged();
    return told;
  }

  /** Whether the log goes on from a checkpoint that was kept elsewhere. Errors: VALIDATION, UNAVAILABLE. */
  checkCheckpoint({ note }: { readonly note: string }): CheckpointCheck {
    const { store: reading } = this.#opened();
    const { installationId } = this.#parts;
    return checkCheckpoint({ reading, heads: this.#heads(), installationId, keys: this.#allKeys() }, note);
  }

  /** What the last verification of all logs found; undefined before the first one of this epoch. */
  get lastVerification(): LastVerification | undefined {
    return this.#verdict.last;
  }

  async getSigningKey(): Promise<SigningKeyState> {
    return this.#rotation.state;
  }

  get isRotationDue(): boolean {
    return this.#rotation.isDue;
  }

  /** Errors: UNAVAILABLE, those of `KeyRotation.rotate`. */
  async rotateSigningKey(operation: Operation): Promise<SigningKeyState> {
    const { appender } = this.#opened();
    return await this.#rotation.rotate({ appender, head: this.#installationHead() }, operation);
  }

  status(): Status['log'] {
    const head = this.#installationHead();
    return {
      size: head?.size ?? 0,
      root: head === undefined ? '' : encodeBase64(head.root),
      contradicted: this.#doubt !== undefined,
      lastVerification: this.lastVerification ?? null,
      horizon: this.horizon(),
    };
  }

  /** Up to where something outside the log vouches for it: nowhere, while it does not fit its anchor. */
  horizon(): Horizon {
    const { mismatch, vouching } = this.#anchors;
    const doubt = this.#doubt;
    if (doubt !== undefined) {
      const why = `The log does not ${mismatch === undefined ? 'verify' : 'fit its anchor'}: ${doubt}.`;
      return proofHorizon({ keychain: undefined, backup: undefined, elsewhere: [], why });
    }
    const witness = this.#log === undefined ? undefined : this.witnesses.own.newest(this.#log.store);
    const stamp = this.timestamps.newest;
    return proofHorizon({
      keychain: vouching,
      backup: this.backupNotes.newest,
      elsewhere: [
        ...(witness === undefined ? [] : [{ ...witness, kind: 'witness' as const, name: witness.label }]),
        ...(stamp === undefined ? [] : [{ ...stamp, kind: 'timestamp' as const, name: stamp.authority }]),
      ],
      why: this.#anchors.whyNone(told(this.#down)),
    });
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
        const gently = operation.caller.kind === 'system'; // nobody waits for it
        const result = await this.#verify(tenantId, { signal, progress, gently });
        operation.describe({ facts: { verdict: result.verdict, problems: result.problems.length } });
        return result;
      },
    });
  }

  /** Re-reads every stored value, of all logs or of one tenant's and the installation's, and mends their index. */
  async #verify(
    tenantId: Uuid | undefined,
    {
      signal,
      progress,
      gently = false,
    }: Pick<JobContext, 'progress'> & { readonly signal: AbortSignal; readonly gently?: boolean },
  ): Promise<AuditVerification> {
    const { store, appender, index } = this.#opened();
    const acknowledged = this.#acknowledged;
    await appender.commitTenants();
    await this.#anchors.compare(store, this.#installationHead()).catch((error: unknown) => {
      this.#down = error; // the verdict and `health` tell
    });
    await this.#compareUnknown({ signal, progress });
    const total = appender.heads().reduce((sum, { size }) => sum + size, 0);
    progress.phase('Reading entries', total, 'entries');
    const report = await runVerify({
      ...(await this.#check()),
      store,
      tenantId,
      anchor: this.#anchors.kept,
      now: this.#parts.clock.now(),
      gently,
      signal,
      progress,
    });
    const mended = await this.#gate.read(() => mendIndex(index, () => appender.heads(), tenantId));
    report.problems.push(...mended);
    const told = (): AuditVerification =>
      verdictOf(report, this.#anchors, {
        ...this.horizon(),
        logId: this.#origin,
        root: encodeBase64(this.#installationHead()?.root ?? new Uint8Array(0)),
      });
    // what was found before somebody acknowledged the state of the log may be what they acknowledged
    if (acknowledged !== this.#acknowledged) return told();
    const fresh = await this.#verdict.keep(told(), { whole: tenantId === undefined, mended });
    const [first] = fresh.filter(({ reason }) => reason !== this.#anchors.mismatch);
    if (first !== undefined) await this.#tellContradicted(textOf(first), fresh.length);
    return told();
  }

  /** A target that is away keeps no verification from its verdict: what is known of the backups here was compared at start. */
  async #compareUnknown(context: Parameters<AuditLoggerParts['unknownNotes']>[0]): Promise<void> {
    let notes: readonly CarriedNote[];
    try {
      notes = await this.#parts.unknownNotes(context);
    } catch (error) {
      context.signal.throwIfAborted();
      this.#parts.alerts.report(error);
      return;
    }
    await this.backupNotes.compare(notes);
  }

  /** What checkpoints of this installation are checked with, of every epoch and generation. */
  #allKeys(): string[] {
    return [this.verifierKey(), ...this.#keys.formerVerifierKeys()];
  }

  /** What the logs are checked against, but for the anchor. */
  async #check() {
    const { installationId, epoch: ofLog, installationKey, pseudonymKey } = this.#parts;
    const sizes = new Map(this.#heads().map(({ origin, size }) => [origin, size]));
    const subjectKeys = await this.#people.allKeys();
    await this.settle(); // who was erased meanwhile, the log says so
    return {
      installationId,
      epoch: ofLog,
      keys: this.#allKeys(),
      presentKey: this.#keys.name,
      openings: { installationKey, subjectKeys, pseudonymKey, sizes },
    };
  }

  #installationHead(): LogHead | undefined {
    return this.#heads().find(({ origin }) => origin === this.#origin);
  }

  #newestTime(): number | undefined {
    const head = this.#installationHead();
    if (this.#log === undefined || head === undefined || head.size === 0) return undefined;
    const [newest] = records(this.#log.store, head.log, head.size - 1, head.size);
    return newest && decodeRecord(newest).t;
  }

  /** Numbers of the owner's logs, of every epoch. */
  #logsOf(tenantId: Uuid | null): number[] {
    return this.#heads()
      .filter((head) => head.tenantId === tenantId)
      .map(({ log }) => log);
  }

  #heads(): readonly LogHead[] {
    return this.#log?.appender.heads() ?? [];
  }

  #opened(): OpenLog {
    if (this.#log !== undefined) return this.#log;
    throw new HoldfastError('UNAVAILABLE', unwritable(this.#down).message, { manager: 'audit' });
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
