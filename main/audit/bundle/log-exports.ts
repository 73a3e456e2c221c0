import type { Clock } from '../../../shared/clock.ts';
import type { BundledReport } from '../../../shared/contract/audit/reports.ts';
import type { AuditExportPlan } from '../../../shared/contract/audit.ts';
import type { Disclosure } from '../../../shared/disclosures.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobContext, JobStarter } from '../../jobs/job-runner.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Appender } from '../appender.ts';
import type { EventMaker } from '../event-maker.ts';
import { logOrigin } from '../log-name.ts';
import { epochOf } from '../period.ts';
import type { ReadingGate } from '../retention/reading-gate.ts';
import type { EventIndex } from '../search/event-index.ts';
import type { SigningKeys } from '../signing-keys.ts';
import type { SubjectDirectory } from '../subject-directory.ts';
import { BundleEvidence, type BundleEvidenceParts, type Logos, type Wanted } from './bundle-evidence.ts';
import { exportLog } from './export-log.ts';
import { headOf, rangeOf } from './export-range.ts';
import { planExport } from './plan-export.ts';

export interface ExportsParts extends BundleEvidenceParts {
  readonly epoch: number;
  readonly installationKey: Uint8Array;
  readonly appVersion: string;
  readonly search: OpenStore;
  readonly jobs: JobStarter;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly people: SubjectDirectory;
  readonly clock: Clock;
  /** Nothing that is exported goes meanwhile. */
  readonly gate: ReadingGate;
  /** Throws UNAVAILABLE while the log cannot be opened. */
  opened(): { readonly store: OpenStore; readonly appender: Appender; readonly index: EventIndex };
  /** Throws NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** The real path of a file to be made, outside the installation. Throws VALIDATION, NOT_FOUND, IO. */
  newFile(path: string): Promise<string>;
}

interface ExportedPart {
  readonly tenant?: string | undefined;
  readonly epoch?: number | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** In the bundle. */
  readonly reports?: readonly BundledReport[] | undefined;
}

interface ExportInput extends ExportedPart {
  readonly disclose: readonly Disclosure[];
  readonly file: string;
}

/** Bundles of a log that others can check. */
export class LogExports {
  readonly #parts: ExportsParts;
  readonly #evidence: BundleEvidence;

  constructor(parts: ExportsParts) {
    this.#parts = parts;
    this.#evidence = new BundleEvidence(parts);
  }

  /**
   * What an export would hold. Errors: NOT_FOUND (tenant, no such entries), TIER_FORBIDS, VALIDATION (no period for a report,
   * controls), UNAVAILABLE.
   */
  async planAuditExport(input: ExportedPart): Promise<AuditExportPlan> {
    const { store, appender, index } = this.#parts.opened();
    const { origin, period } = this.#partOf(input);
    const { reports } = this.#evidence.wanted(this.#owner(input), input);
    await appender.settle();
    await index.catchUp(appender.heads());
    return await planExport({ store, search: this.#parts.search }, headOf(appender, origin), {
      period,
      reports: reports?.each.length ?? 0,
    });
  }

  /**
   * Starts the job that writes a log as a bundle that others can check. Its result is an `auditExport`. Errors: NOT_FOUND
   * (tenant, folder, logo), VALIDATION (file, no period for a report, controls, logo), TIER_FORBIDS, UNAVAILABLE, IO.
   */
  async exportAuditLog(input: ExportInput, operation: Operation): Promise<{ jobId: Uuid }> {
    const tenantId = this.#owner(input);
    operation.describe({
      resource: { kind: 'log', id: tenantId ?? 'installation' },
      ...(tenantId === null ? {} : { tenantId }),
    });
    const wanted = this.#evidence.wanted(tenantId, input);
    const file = await this.#parts.newFile(input.file);
    const logos = await this.#evidence.logos(wanted);
    return await this.#parts.jobs.start({
      kind: 'audit.export',
      tenantId,
      resource: `audit-export:${operation.id}`,
      operation,
      run: (context) => this.#parts.gate.read(() => this.#export(input, { wanted, logos, file }, context)),
    });
  }

  async #export(
    input: ExportInput,
    { wanted, logos, file }: { readonly wanted: Wanted; readonly logos: Logos; readonly file: string },
    { operation, progress }: JobContext,
  ) {
    const { store, appender, index } = this.#parts.opened();
    const { installationId, epoch, installationKey, appVersion, search, maker, keys, people, clock } =
      this.#parts;
    const { signal } = operation;
    const { disclose } = input;
    const { origin, period } = this.#partOf(input);
    const verification = await this.#evidence.verify(wanted, { signal, progress });
    await appender.commitTenants();
    const head = headOf(appender, origin); // no larger than the installation's log vouches for
    await index.catchUp(appender.heads());
    const range = await rangeOf(store, head, period, signal);
    const beside = await this.#evidence.find(
      wanted,
      { log: head.log, range, period },
      { verification, logos, now: clock.now(), signal },
    );
    const result = await exportLog(
      { store, search, appender, maker, keys, appVersion },
      {
        origin,
        period,
        range,
        installation: logOrigin(installationId, 'installation', epoch),
        openings:
          disclose.length > 0
            ? { installationKey, subjectKeys: await people.allKeys(), disclose }
            : undefined,
        beside,
        file,
      },
      { signal, progress },
    );
    const { entries, from, to, openings, manifest } = result;
    operation.describe({
      facts: {
        entries,
        from,
        to,
        openings,
        disclosed: disclose.join(' '),
        ...(verification === undefined
          ? {}
          : { ...factsOf(wanted.reports?.each ?? []), verdict: verification.verdict }),
        manifest,
      },
    });
    const reports = beside.reports?.standards ?? [];
    return {
      ...result,
      reports: reports.map(({ standard, findings: { totals } }) => ({ standard, totals })),
    };
  }

  /** Errors: NOT_FOUND. */
  #owner({ tenant }: ExportedPart): Uuid | null {
    return tenant === undefined ? null : this.#parts.tenantId(tenant);
  }

  /** Which log, and what of it. Errors: NOT_FOUND (tenant). */
  #partOf({ tenant, epoch: ofLog = this.#parts.epoch, from, to }: ExportedPart) {
    const owner = this.#owner({ tenant }) ?? 'installation';
    return {
      origin: logOrigin(this.#parts.installationId, owner, ofLog),
      period: { from: epochOf(from) ?? null, to: epochOf(to) ?? null },
    };
  }
}

/** On which standards there are reports, and on which of chosen controls alone. */
function factsOf(reports: readonly { readonly standard: string; readonly chosen: boolean }[]) {
  const chosen = reports.filter((report) => report.chosen);
  return {
    standards: reports.map(({ standard }) => standard).join(' '),
    ...(chosen.length === 0 ? {} : { chosen: chosen.map(({ standard }) => standard).join(' ') }),
  };
}
