import { type Clock, toRfc3339 } from '../../../shared/clock.ts';
import type { ReportForm, Standard } from '../../../shared/compliance.ts';
import type {
  ComplianceFindings,
  CompliancePreview,
  ComplianceReport,
} from '../../../shared/contract/audit/reports.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext, JobStarter } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { ReadingGate } from '../retention/reading-gate.ts';
import { sightArchive } from './archive-sighting.ts';
import type { Archived } from './archived.ts';
import { totalsOf } from './assess.ts';
import type { Control } from './control.ts';
import { controlsOf } from './controls/catalogue.ts';
import { type EvidenceFinder, type Looked, type Owner, periodOf } from './evidence-finder.ts';
import { reportedFindings } from './findings.ts';
import { readLogo } from './logo.ts';
import type { ReportSource } from './needs.ts';
import { reportFormOf } from './report-form.ts';
import type { ReportPeriod } from './tally.ts';
import { mayCustomise, requireReports } from './tier-gate.ts';
import type { WriteTask, WrittenFile } from './write-worker.ts';

export interface ComplianceReportsParts {
  readonly installationId: Uuid;
  readonly appVersion: string;
  readonly clock: Clock;
  readonly jobs: JobStarter;
  readonly finder: EvidenceFinder;
  readonly source: Pick<ReportSource, 'existingFile'>;
  /** Nothing that is counted goes meanwhile. */
  readonly gate: ReadingGate;
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** The real path of a file to be made. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
  verify(
    tenantId: Uuid | undefined,
    context: Pick<JobContext, 'progress'> & { signal: AbortSignal },
  ): Promise<AuditVerification>;
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
interface Request extends Owner {
  readonly standard: Standard;
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
    const { finder, gate } = this.#parts;
    const looked = await gate.read(() => finder.look({ ...request, listed: 0 }, operation.signal));
    const { controls } = finder.assess(request.controls, looked, undefined);
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
      const looked = await this.#parts.finder.look({ ...request, listed: mostListed }, signal);
      return { verification, looked };
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
    const { installationId, appVersion, clock, finder } = this.#parts;
    const { looked, archived, verification, operation } = made;
    const { caller } = operation;
    const assessed = finder.assess(request.controls, looked, verification.verdict);
    const found = reportedFindings({
      installationId,
      standard: request.standard,
      of: request,
      from,
      to,
      looked,
      assessed,
      verification,
      archived,
      origin: finder.origins(),
      anchor: {
        checkpoint: this.#parts.anchor()?.checkpoint ?? null,
        horizon: verification.horizon?.note ?? '',
      },
    });
    return {
      format: 1,
      reportId: operation.id,
      made: toRfc3339(clock.now()),
      by: caller.kind === 'operator' ? `${caller.name} (${caller.role})` : 'the system',
      app: appVersion,
      notes: notes ?? null,
      chosen: chosen === undefined ? null : found.controls.map(({ id }) => id),
      ...found,
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

  #request({ standard, tenant, from, to }: AskedFor, chosen: readonly string[] | undefined): Request {
    const owner = this.#parts.finder.ownerOf(tenant === undefined ? null : this.#parts.tenantId(tenant));
    return { ...owner, standard, period: periodOf({ from, to }), controls: controlsOf(standard, chosen) };
  }
}
