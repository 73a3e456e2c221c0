import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { ReportForm, Standard } from '../../../shared/compliance.ts';
import type {
  ComplianceFindings,
  CompliancePreview,
  ComplianceReport,
} from '../../../shared/contract/audit/reports.ts';
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
import type { ReadingGate } from '../retention/reading-gate.ts';
import type { EventIndex } from '../search/event-index.ts';
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
    const counted = await this.#parts.gate.read(() => this.#count(request, 0, operation.signal));
    const controls = this.#assess(request, counted, undefined).controls;
    const { standard, tenantId, tier } = request;
    return {
      standard,
      tenantId,
      from: input.from,
      to: input.to,
      custom: mayCustomise(tier),
      totals: totalsOf(controls),
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
    const { verification, counted } = await this.#parts.gate.read(async () => {
      const verification = await this.#parts.verify(request.tenantId ?? undefined, { signal, progress });
      progress.phase('Counting evidence', null, 'entries');
      return { verification, counted: await this.#count(request, mostListed, signal) };
    });
    const findings = this.#findings(request, input, { counted, verification, operation });
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
      readonly counted: Counted;
      readonly verification: AuditVerification;
      readonly operation: Operation;
    },
  ): ComplianceFindings {
    const { installationId, appVersion, clock } = this.#parts;
    const { counted, verification, operation } = made;
    const { caller } = operation;
    const { controls, populations, policies } = this.#assess(request, counted, verification.verdict);
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
      exceptions: exceptionsOf(counted, verification.gaps, { from, to }, this.#origins()),
      populations,
      policies,
      completeness: rangesFound(counted.ranges, this.#origins()),
      accuracy: {
        verdict: verification.verdict,
        problems: verification.problems,
        horizon: verification.horizon?.note ?? '',
      },
      checkpoint: anchor?.checkpoint ?? null,
    };
  }

  #assess(request: Request, counted: Counted, verdict: AuditVerification['verdict'] | undefined) {
    const { source } = this.#parts;
    const { controls, tenantId, period } = request;
    const populations = populationsAt(source.populations(tenantId, period), counted.succeeded);
    const policies = [...source.policies(tenantId)];
    const looked = entryEvidenceOf(controls).map((evidence, at) => [evidence, counted.evidence[at]] as const);
    const entries = new Map(
      looked.flatMap(([evidence, found]) => (found ? [[evidence, found] as const] : [])),
    );
    const findings = { entries, populations, policies, verdict, origin: this.#origins() };
    return { controls: controls.map((control) => assess(control, findings)), populations, policies };
  }

  async #count(
    { tenantId, period, controls }: Request,
    listed: number,
    signal: AbortSignal,
  ): Promise<Counted> {
    const { store, appender, index } = this.#parts.opened();
    await appender.settle();
    const heads = appender.heads();
    await index.catchUp(heads);
    const numbers = (ofOwner: (owner: Uuid | null) => boolean) =>
      heads.filter((head) => ofOwner(head.tenantId)).map(({ log }) => log);
    const [search, audit] = [this.#parts.search.share(), store.share()];
    return await callWorker<CountTask, Counted>({
      module: siblingModule(import.meta.url, 'count-worker'),
      input: {
        search,
        audit,
        logs: {
          own: numbers((owner) => tenantId === null || owner === tenantId),
          installation: numbers((owner) => owner === null),
        },
        period,
        evidence: entryEvidenceOf(controls),
        listed,
      },
      transfer: [search.port, audit.port],
      signal,
    });
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
