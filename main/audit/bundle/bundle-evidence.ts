import { toRfc3339 } from '../../../shared/clock.ts';
import type { Standard } from '../../../shared/compliance.ts';
import type {
  BundledReport,
  PopulationFound,
  ReportedFindings,
} from '../../../shared/contract/audit/reports.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { positionOf } from '../log-store.ts';
import type { Control } from '../report/control.ts';
import { controlsOf } from '../report/controls/catalogue.ts';
import { type EvidenceFinder, type Looked, type Owner, periodOf } from '../report/evidence-finder.ts';
import { reportedFindings } from '../report/findings.ts';
import { readLogo } from '../report/logo.ts';
import type { ReportSource } from '../report/needs.ts';
import { type StatedStandard, statedControls } from '../report/stated-controls.ts';
import { requireReports } from '../report/tier-gate.ts';
import type { Period, Range } from './export-range.ts';

export interface BundleEvidenceParts {
  readonly installationId: Uuid;
  readonly finder: EvidenceFinder;
  readonly source: Pick<ReportSource, 'existingFile'>;
  verify(tenantId: Uuid | undefined, context: Watch): Promise<AuditVerification>;
}

type Watch = Pick<JobContext, 'progress'> & { readonly signal: AbortSignal };

interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly reports?: readonly BundledReport[] | undefined;
}

/** What is wanted in a bundle, looked up and checked. */
export interface Wanted {
  /** null: the installation with all its tenants. */
  readonly tenantId: Uuid | null;
  readonly reports: WantedReports | undefined;
}

interface WantedReports {
  readonly of: Owner;
  readonly each: readonly WantedReport[];
  readonly from: string;
  readonly to: string;
}

interface WantedReport {
  readonly standard: Standard;
  readonly controls: readonly Control[];
  /** They were chosen: not all of the catalogue. */
  readonly chosen: boolean;
  readonly notes: string | null;
  /** Path of a file. */
  readonly logo: string | undefined;
}

/** Pictures by standard. */
export type Logos = ReadonlyMap<Standard, Uint8Array>;

/** What lies in a bundle beside the entries, before they are counted once more. */
export interface Beside {
  readonly populations: readonly PopulationFound[];
  readonly reports: BundleReports | undefined;
}

export interface BundleReports {
  readonly tenantId: Uuid | null;
  readonly owner: string;
  readonly verdict: AuditVerification['verdict'];
  /** The period had not ended. */
  readonly early: boolean;
  readonly standards: readonly BundledStandard[];
}

export interface BundledStandard extends StatedStandard {
  readonly findings: ReportedFindings;
  readonly logo: Uint8Array | undefined;
}

/** Which entries are exported. */
interface ExportedEntries {
  /** Number of the log. */
  readonly log: number;
  readonly range: Range;
  readonly period: Period;
}

/** Entries that a report lists of each kind of evidence. */
const mostListed = 50;

/** Populations and reports for bundles. */
export class BundleEvidence {
  readonly #parts: BundleEvidenceParts;

  constructor(parts: BundleEvidenceParts) {
    this.#parts = parts;
  }

  /** A tenant may have been erased where no report is wanted. Errors: NOT_FOUND, TIER_FORBIDS, VALIDATION (period, controls). */
  wanted(tenantId: Uuid | null, { from, to, reports = [] }: Asked): Wanted {
    if (reports.length === 0) return { tenantId, reports: undefined };
    const of = this.#parts.finder.ownerOf(tenantId);
    requireReports(
      of.tier,
      reports.some((report) => isCustom(report)),
    );
    if (from === undefined || to === undefined) throw noPeriod();
    const { from: start, to: end } = periodOf({ from, to });
    const each = reports.map(({ standard, controls, notes = null, logo }) => ({
      standard,
      controls: controlsOf(standard, controls),
      chosen: controls !== undefined,
      notes,
      logo,
    }));
    return { tenantId, reports: { of, each, from: toRfc3339(start), to: toRfc3339(end) } };
  }

  /** Reads the logos of what is wanted. Errors: VALIDATION (no picture that can be printed), NOT_FOUND, IO. */
  async logos({ reports }: Wanted): Promise<Logos> {
    const logos = new Map<Standard, Uint8Array>();
    for (const { standard, logo } of reports?.each ?? []) {
      if (logo !== undefined)
        logos.set(standard, await readLogo(await this.#parts.source.existingFile(logo)));
    }
    return logos;
  }

  /**
   * Verifies the log where reports are wanted. Errors: INTEGRITY (it does not verify: nothing of it is evidence),
   * UNAVAILABLE, CANCELLED.
   */
  async verify({ tenantId, reports }: Wanted, watch: Watch): Promise<AuditVerification | undefined> {
    if (reports === undefined) return undefined;
    const verification = await this.#parts.verify(tenantId ?? undefined, watch);
    if (verification.verdict !== 'tampered') return verification;
    throw new HoldfastError(
      'INTEGRITY',
      'The log does not verify, so no entry of it is evidence. See what is wrong with `holdfast audit verify`, or export it without a report.',
      { problems: verification.problems.slice(0, 20).map(({ reason }) => reason) },
    );
  }

  /** Counts in the logs and beside them. `now`: epoch milliseconds, the end of a period that has none. */
  async find(
    wanted: Wanted,
    { log, range, period }: ExportedEntries,
    {
      verification,
      logos,
      now,
      signal,
    }: {
      readonly logos: Logos;
      readonly verification: AuditVerification | undefined;
      readonly now: number;
      readonly signal: AbortSignal;
    },
  ): Promise<Beside> {
    const { finder } = this.#parts;
    const { tenantId, reports } = wanted;
    const looked = await finder.look(
      {
        tenantId,
        period: { from: period.from ?? 0, to: period.to ?? now },
        controls: (reports?.each ?? []).flatMap(({ controls }) => controls),
        listed: mostListed,
        part: { log, first: positionOf(log, range.first), end: positionOf(log, range.end) },
      },
      signal,
    );
    return {
      populations: finder.populations(looked),
      reports:
        verification === undefined || reports === undefined
          ? undefined
          : this.#reports(reports, { looked, verification, logos, now }),
    };
  }

  #reports(
    { of, each, from, to }: WantedReports,
    found: {
      readonly looked: Looked;
      readonly verification: AuditVerification;
      readonly logos: Logos;
      readonly now: number;
    },
  ): BundleReports {
    const { installationId, finder } = this.#parts;
    const { looked, verification, logos, now } = found;
    const standards = each.map(({ standard, controls, chosen, notes }) => {
      const assessed = finder.assess(controls, looked, verification.verdict);
      const findings = reportedFindings({
        installationId,
        standard,
        of,
        from,
        to,
        looked,
        verification,
        assessed,
        // where they lie is no part of what was exported
        archived: looked.archived.stretches.map((stretch) => ({ ...stretch, seen: 'not-looked' })),
        origin: finder.origins(),
        anchor: { checkpoint: null, horizon },
      });
      const stated = statedControls(controls, assessed.controls, looked.entries);
      const ids = chosen ? stated.map(({ id }) => id) : null;
      return { standard, findings, controls: stated, chosen: ids, notes, logo: logos.get(standard) };
    });
    const { tenantId, owner } = of;
    return { tenantId, owner, verdict: verification.verdict, early: Date.parse(to) > now, standards };
  }
}

const horizon =
  'The export itself: its seal.json leads from the head below to a later head of the log, and has who else vouches for that.';

const isCustom = ({ controls, notes, logo }: BundledReport) =>
  [controls, notes, logo].some((part) => part !== undefined);

function noPeriod(): HoldfastError {
  return new HoldfastError(
    'VALIDATION',
    'A report is of a period. Say from when to when, or export without one.',
    { issues: [{ path: 'from', reason: 'report-period' }] },
  );
}
