import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { ReportForm, Standard } from '../../../shared/compliance.ts';
import type {
  ComplianceFindings,
  CompliancePreview,
  ComplianceReport,
} from '../../../shared/contract/audit/reports.ts';
import type { Pruning } from '../../../shared/contract/audit/retention.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext, JobStarter } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import type { LogHead } from '../log-store.ts';
import type { ReadingGate } from '../retention/reading-gate.ts';
import type { EventIndex } from '../search/event-index.ts';
import { sightArchive } from './archive-sighting.ts';
import { type Archived, archivedOf, type ReportLogs } from './archived.ts';
import { assess, totalsOf } from './assess.ts';
import type { Control } from './control.ts';
import { controlsOf } from './controls/catalogue.ts';
import { type Counted, entryEvidenceOf } from './count.ts';
import type { CountTask } from './count-worker.ts';
import { exceptionsOf, rangesFound } from './findings.ts';
import { readLogo } from './logo.ts';
import type { ReportSource } from './needs.ts';
import { populationsAt } from './populations.ts';
import { reportFormOf } from './report-form.ts';
import type { ReportPeriod } from './tally.ts';
import { mayCustomise, requireReports } from './tier-gate.ts';
import type { WriteTask, WrittenFile } from './write-worker.ts';

interface OpenLog {
  readonly store: OpenStore;
  readonly appender: Appender;
  readonly index: EventIndex;
}

export interface ComplianceReportsParts {
  readonly installationId: Uuid;
  readonly appVersion: string;
  readonly clock: Clock;
  readonly jobs: JobStarter;
  readonly search: OpenStore;
  readonly source: ReportSource;
  /** Nothing that is counted goes meanwhile. */
  readonly gate: ReadingGate;
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** The real path of a file to be made. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
  /** Errors: UNAVAILABLE. */
  opened(): OpenLog;
  verify(
    tenantId: Uuid | undefined,
    context: Pick<JobContext, 'progress'> & { signal: AbortSignal },
  ): Promise<AuditVerification>;
  /** What was archived and pruned of some logs. */
  prunings(logs: readonly LogHead[]): Promise<Pruning[]>;
  /** Where archives are written; null: nowhere. */
  archiveFolder(): string | null;
  anchor(): { readonly checkpoint: string; readonly horizon: string } | undefined;
}

interface AskedFor {
  readonly standard: Standard;
  readonly tenant?: string | undefined;
  readonly from: string;
  readonly to: string;
}

interface ReportInput extends AskedFor {
  readonly controls?: readonly string[] | undefined;
  readonly notes?: string | undefined;
  readonly logo?: string | undefined;
  readonly form?: ReportForm | undefined;
  readonly file: string;
}

/** What is asked for, looked up and checked. */
interface Request {
  readonly standard: Standard;
  readonly tenantId: Uuid | null;
  readonly owner: string;
  readonly tier: Tier | undefined;
  readonly period: ReportPeriod;
  readonly controls: readonly Control[];
}

/** What was found in the logs. */
interface Looked {
  readonly counted: Counted;
  readonly archived: Archived;
}

/** Entries that a report lists of each kind of evidence. */
const mostListed = 50;

/** Evidence for the controls of a standard: counted in the log and beside it, verified, written down. */
export class ComplianceReports {
  readonly #parts: ComplianceReportsParts;

  constructor(parts: ComplianceReportsParts) {
    this.#parts = parts;
  }

  /** What a report would say, from counts alone. Errors: NOT_FOUND (tenant), TIER_FORBIDS, VALIDATION (period), UNAVAILABLE. */
  async preview(input: AskedFor, operation: Operation): Promise<CompliancePreview> {
    const request = this.#request(input, undefined);
    requireReports(request.tier, false);
    const looked = await this.#parts.gate.read(() => this.#look(request, 0, operation.signal));
    const controls = this.#assess(request, looked, undefined).controls;
    const { standard, tenantId, tier } = request;
    return {
      standard,
      tenantId,
      from: input.from,
      to: input.to,
      custom: mayCustomise(tier),
      totals: totalsOf(controls),
      archived: [...looked.archived.stretches],
      controls: controls.map(({ evidence, ...control }) => ({
        ...control,
        entries: evidence.reduce((sum, { kind, count }) => sum + (kind === 'entries' ? count : 0), 0),
      })),
    };
  }

  /**
   * Starts the job that verifies the log and writes the report. Errors: NOT_FOUND (tenant, folder, logo), TIER_FORBIDS,
   * VALIDATION (period, controls, file, logo), IO.
   */
  async generate(input: ReportInput, operation: Operation): Promise<{ jobId: Uuid }> {
    const request = this.#request(input, input.controls);
    const { tenantId, tier, standard } = request;
    operation.describe({
      resource: { kind: 'report', id: operation.id },
      ...(tenantId === null ? {} : { tenantId }),
      facts: { standard, from: input.from, to: input.to },
    });
    const chosen = [input.controls, input.notes, input.logo].some((part) => part !== undefined);
    requireReports(tier, chosen);
    const form = input.form ?? reportFormOf(input.file);
    const destination = await this.#parts.newFile(input.file);
    const logo =
      input.logo === undefined
        ? undefined
        : await readLogo(await this.#parts.source.existingFile(input.logo));
    return await this.#parts.jobs.start({
      kind: 'audit.report',
      tenantId,
      resource: `report:${operation.id}`,
      operation,
      run: (context) => this.#make(request, input, { destination, form, logo }, context),
    });
  }

  async #make(
    request: Request,
    input: ReportInput,
    output: {
      readonly destination: string;
      readonly form: ReportForm;
      readonly logo: Uint8Array | undefined;
    },
    { operation, progress }: JobContext,
  ): Promise<ComplianceReport> {
    const { signal } = operation;
    const { verification, looked } = await this.#parts.gate.read(async () => {
      const verification = await this.#parts.verify(request.tenantId ?? undefined, { signal, progress });
      progress.phase('Counting evidence', null, 'entries');
      return { verification, looked: await this.#look(request, mostListed, signal) };
    });
    const archived = await this.#sight(looked.archived, { signal, progress });
    const findings = this.#findings(request, input, { looked, archived, verification, operation });
    progress.phase('Writing the report', null, 'files');
    const files = await callWorker<WriteTask, WrittenFile[]>({
      module: siblingModule(import.meta.url, 'write-worker'),
      input: { findings, ...output },
      signal,
    });
    const { verdict } = verification;
    operation.describe({
      facts: {
        standard: request.standard,
        from: input.from,
        to: input.to,
        controls: findings.controls.length,
        chosen: input.controls !== undefined,
        verdict,
        ...Object.fromEntries(files.map(({ name, sha256 }) => [`sha256.${reportFormOf(name)}`, sha256])),
      },
    });
    return { reportId: findings.reportId, file: output.destination, verdict, totals: findings.totals, files };
  }

  #findings(
    request: Request,
    { from, to, notes, controls: chosen }: ReportInput,
    made: {
      readonly looked: Looked;
      readonly archived: ComplianceFindings['archived'];
      readonly verification: AuditVerification;
      readonly operation: Operation;
    },
  ): ComplianceFindings {
    const { installationId, appVersion, clock } = this.#parts;
    const { looked, archived, verification, operation } = made;
    const { caller } = operation;
    const { controls, populations, policies } = this.#assess(request, looked, verification.verdict);
    const anchor = this.#parts.anchor();
    return {
      format: 1,
      reportId: operation.id,
      standard: request.standard,
      installationId,
      tenantId: request.tenantId,
      owner: request.owner,
      from,
      to,
      zone: 'UTC',
      made: toRfc3339(clock.now()),
      by: caller.kind === 'operator' ? `${caller.name} (${caller.role})` : 'the system',
      app: appVersion,
      notes: notes ?? null,
      chosen: chosen === undefined ? null : controls.map(({ id }) => id),
      totals: totalsOf(controls),
      controls,
      exceptions: exceptionsOf(looked.counted, verification.gaps, { from, to }, this.#origins()),
      populations,
      policies,
      completeness: rangesFound(looked.counted.ranges, this.#origins()),
      archived,
      accuracy: {
        verdict: verification.verdict,
        problems: verification.problems,
        horizon: verification.horizon?.note ?? '',
      },
      checkpoint: anchor?.checkpoint ?? null,
    };
  }

  async #sight(
    { stretches }: Archived,
    { signal, progress }: Pick<JobContext, 'progress'> & { signal: AbortSignal },
  ): Promise<ComplianceFindings['archived']> {
    const folder = this.#parts.archiveFolder();
    const found: ComplianceFindings['archived'] = [];
    progress.phase('Looking for archives', stretches.length, 'files');
    for (const stretch of stretches) {
      signal.throwIfAborted();
      found.push({ ...stretch, seen: await sightArchive(folder, stretch) });
      progress.advance(1);
    }
    return found;
  }

  #assess(
    request: Request,
    { counted, archived }: Looked,
    verdict: AuditVerification['verdict'] | undefined,
  ) {
    const { source } = this.#parts;
    const { controls, tenantId, period } = request;
    const tables = source.populations(tenantId, period);
    const populations = populationsAt(tables, counted.succeeded, archived.since);
    const policies = [...source.policies(tenantId)];
    const looked = entryEvidenceOf(controls).map((evidence, at) => [evidence, counted.evidence[at]] as const);
    const entries = new Map(
      looked.flatMap(([evidence, found]) => (found ? [[evidence, found] as const] : [])),
    );
    const findings = { entries, populations, policies, archived, verdict, origin: this.#origins() };
    return { controls: controls.map((control) => assess(control, findings)), populations, policies };
  }

  async #look(request: Request, listed: number, signal: AbortSignal): Promise<Looked> {
    const { tenantId, period, controls } = request;
    const { store, appender, index } = this.#parts.opened();
    await appender.settle();
    const heads = appender.heads();
    await index.catchUp(heads);
    const logs: ReportLogs = {
      own: heads.filter((head) => tenantId === null || head.tenantId === tenantId),
      installation: heads.filter((head) => head.tenantId === null),
    };
    const [search, audit] = [this.#parts.search.share(), store.share()];
    const counted = await callWorker<CountTask, Counted>({
      module: siblingModule(import.meta.url, 'count-worker'),
      input: {
        search,
        audit,
        logs: {
          own: logs.own.map(({ log }) => log),
          installation: logs.installation.map(({ log }) => log),
        },
        period,
        evidence: entryEvidenceOf(controls),
        listed,
      },
      transfer: [search.port, audit.port],
      signal,
    });
    // the log says that entries go before they do
    const prunings = await this.#parts.prunings([...logs.own, ...logs.installation]);
    return { counted, archived: archivedOf(prunings, logs, period) };
  }

  #request({ standard, tenant, from, to }: AskedFor, chosen: readonly string[] | undefined): Request {
    const tenantId = tenant === undefined ? null : this.#parts.tenantId(tenant);
    const period = { from: Date.parse(from), to: Date.parse(to) };
    if (period.from >= period.to) throw emptyPeriod();
    const named = tenantId === null ? undefined : this.#parts.source.tenant(tenantId);
    return {
      standard,
      tenantId,
      owner: named?.name ?? 'The installation with all its tenants',
      tier: named?.tier,
      period,
      controls: controlsOf(standard, chosen),
    };
  }

  /** The name of a log, by its number. */
  #origins(): (log: number) => string {
    const names = new Map(
      this.#parts
        .opened()
        .appender.heads()
        .map(({ log, origin }) => [log, origin]),
    );
    return (log) => names.get(log) ?? '';
  }
}

function emptyPeriod(): HoldfastError {
  return new HoldfastError('VALIDATION', 'The period ends before it begins. Choose a later end.', {
    issues: [{ path: 'to', reason: 'period-ends-first' }],
  });
}
