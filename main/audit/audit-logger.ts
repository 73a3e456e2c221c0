import type { Clock } from '../../shared/clock.ts';
import type { ManagerHealth } from '../../shared/contract/suite.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import type { Ed25519Key } from '../secrets/ed25519.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { Store } from '../storage/store.ts';
import { Alerts, type AlertsParts } from './alerts/alerts.ts';
import type { AnchorKeeper } from './anchors.ts';
import { AuditLog } from './audit-log.ts';
import type { CarriedNote, NoteKeeper } from './backup-notes.ts';
import { Breaches, type BreachNeeds } from './breaches/breaches.ts';
import { LogExports } from './bundle/log-exports.ts';
import { TamperDrill } from './drill/tamper-drill.ts';
import { type PersonalSealer, SavedFilters } from './filters/saved-filters.ts';
import { AuditForwarder, type AuditForwarderParts } from './forward/audit-forwarder.ts';
import type { ForwardingNeeds } from './forward/deliveries.ts';
import { LogIntegrity } from './integrity/log-integrity.ts';
import { type LogCore, logCore } from './log-core.ts';
import type { FormerKey } from './note-key.ts';
import { ComplianceReports } from './report/compliance-reports.ts';
import { EvidenceFinder } from './report/evidence-finder.ts';
import type { ReportSource } from './report/needs.ts';
import { LogRetention, type RetentionParts } from './retention/log-retention.ts';
import { LogExplorer } from './search/log-explorer.ts';
import type { KeyKeeper, SigningKey } from './signing-keys.ts';
import { SignsOfLife } from './signs-of-life.ts';
import type { SubjectSource } from './subject-directory.ts';
import { SubjectTrace } from './subjects/subject-trace.ts';
import type { VerdictKeeper } from './verify/standing-verdict.ts';

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
  readonly alerts: Pick<AlertsParts, 'control' | 'operatorName' | 'raised' | 'report' | 'isOutcomeOpen'>;
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

/** The log, with all that is done with it. */
export class AuditLogger extends AuditLog {
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
  /** What can be known of its soundness at once. */
  readonly integrity: LogIntegrity;
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
  readonly #core: LogCore;

  constructor(parts: AuditLoggerParts) {
    const core = logCore(parts);
    super(core, parts);
    this.#core = core;
    const { live, trust, verification, ...ground } = core;
    const { maker, people } = ground;
    const { anchors } = trust;
    const common = {
      ...parts,
      ...ground,
      origin: live.origin,
      log: () => live.present,
      opened: () => live.opened(),
      openingKeys: () => people.openingKeys(),
      anchor: () => this.anchor(),
    };
    this.drill = new TamperDrill({
      ...common,
      folder: parts.drillFolder,
      check: () => verification.check(),
      anchor: async () => {
        await anchors.flush();
        return anchors.kept;
      },
    });
    this.subjects = new SubjectTrace({
      ...common,
      pseudonymOf: (subject) => maker.pseudonymOf(subject),
    });
    this.life = new SignsOfLife({
      ...common,
      append: (leaf) => live.append(leaf),
      newestTime: () => live.newestTime(),
    });
    this.forwarder = new AuditForwarder({
      ...common,
      ...parts.forwarding,
      heads: () => live.heads(),
      reading: () => live.opened().store,
    });
    this.filters = new SavedFilters(parts);
    this.integrity = new LogIntegrity({ ...common, live, trust });
    this.explorer = new LogExplorer({
      ...common,
      logsOf: (tenantId) => live.logsOf(tenantId),
      horizon: () => trust.horizon(),
    });
    const finder = new EvidenceFinder({
      ...common,
      source: parts.reportSource,
      prunings: (logs) => this.retention.prunings(logs),
    });
    const evidence = {
      ...common,
      finder,
      verify: verification.verify.bind(verification),
      source: parts.reportSource,
    };
    this.exports = new LogExports(evidence);
    this.alerts = new Alerts({
      ...common,
      ...parts.alerts,
      hasOutcome: (operation) => this.explorer.hasOutcome(operation),
      isOutcomeOpen: (operation, tenantId) =>
        this.underWay.has(operation) || parts.alerts.isOutcomeOpen(operation, tenantId),
    });
    this.retention = new LogRetention({
      ...common,
      ...parts.retention,
      operatorName: (id) => parts.alerts.operatorName(id),
      recordsOf: (action) => live.recordsOf(action, null),
      anchored: async () => {
        await anchors.flush();
        return anchors.vouching?.size;
      },
      watching: this.alerts.watching,
    });
    this.reports = new ComplianceReports({
      ...evidence,
      archiveFolder: () => this.retention.policies.folder,
    });
    this.breaches = new Breaches({
      ...common,
      ...parts.breaches,
      ownLogs: () => live.logsOf(null),
    });
    live.onGrown(() => {
      this.explorer.tail.changed();
      this.forwarder.wake();
      this.alerts.watching.grown();
    });
  }

  override async stop(beforeClose?: () => Promise<void>): Promise<void> {
    this.explorer.tail.stop();
    await super.stop(beforeClose);
  }

  get health(): ManagerHealth {
    const { live, trust } = this.#core;
    const { doubt, anchors, timestamps } = trust;
    if (doubt !== undefined) {
      return { state: 'degraded', problem: `TAMPERED or RESTORED: ${doubt}. Run \`holdfast audit verify\`.` };
    }
    if (live.present === undefined) return { state: 'down', problem: live.refusal.message };
    const uncompared = anchors.compared ? undefined : `Not compared with its anchor yet. ${live.whyFailed}`;
    const problem =
      live.present.appender.problem?.message ??
      uncompared ??
      anchors.problem ??
      this.forwarder.problem ??
      timestamps.problem;
    return problem === undefined ? { state: 'ready', problem: null } : { state: 'degraded', problem };
  }
}
