import { toRfc3339 } from '../../../shared/clock.ts';
import { standardNames } from '../../../shared/compliance.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { complianceReport, controlsText, type Occasion } from '../../reports/compliance-report.ts';
import { renderPdf } from '../../reports/render-pdf.ts';
import { canonicalJson } from '../canonical-json.ts';
import { controlsCsv } from '../report/controls-csv.ts';
import type { StatedControl, StatedEvidence } from '../report/stated-controls.ts';
import type { Beside, BundledStandard, BundleReports } from './bundle-evidence.ts';
import type { ExportedEntry } from './event-lines.ts';
import type { Period, Range } from './export-range.ts';
import { Recount } from './verifier/controls.mjs';

/** What the files beside the entries are of. */
export interface BundledPart {
  readonly origin: string;
  readonly range: Range;
  readonly period: Period;
  /** The signed head of the range's end. */
  readonly checkpoint: string;
  readonly appVersion: string;
}

/** The files beside the entries of a bundle: what is said of entries is counted again in those that are written. */
export class BesideFiles {
  readonly #beside: Beside;
  readonly #part: BundledPart;
  readonly #recount: Recount;
  /** When the newest of them was made: the same for the same range. */
  #newest = 0;

  constructor(beside: Beside, part: BundledPart) {
    this.#beside = beside;
    this.#part = part;
    this.#recount = new Recount(part.origin);
    for (const { controls } of beside.reports?.standards ?? []) {
      for (const each of controls.flatMap(({ evidence }) => evidence))
        if (each.kind === 'entries') this.#recount.counting(each.query);
    }
  }

  /** Entries of the period, in the order of the log. */
  add(entries: readonly ExportedEntry[]): void {
    for (const { record } of entries) {
      this.#recount.add(record.i, record);
      this.#newest = record.t;
    }
  }

  /** Each file by its name, once all entries were added. Errors: INTEGRITY (the index of the log tells of other entries). */
  async *files(): AsyncGenerator<readonly [name: string, content: Uint8Array]> {
    const { populations, reports } = this.#beside;
    const { origin: log, period } = this.#part;
    yield ['populations.json', canonicalJson({ format: 1, log, ...period, populations })];
    if (reports === undefined) return;
    yield ['controls.json', this.#controls(reports)];
    yield ['controls.csv', Buffer.from(controlsCsv(reports.standards.map(({ findings }) => findings)))];
    for (const each of reports.standards) {
      const found = { ...each.findings, checkpoint: this.#part.checkpoint };
      const report = complianceReport(found, this.#occasion(each, reports.early), each.logo);
      yield [`report-${each.standard}.pdf`, await renderPdf(report)];
    }
  }

  #controls({ tenantId, owner, verdict, standards }: BundleReports): Uint8Array {
    const { origin: log, range, period } = this.#part;
    return canonicalJson({
      format: 1,
      log,
      ...range,
      ...period,
      tenantId,
      owner,
      verdict,
      standards: standards.map(({ standard, chosen, notes, controls }) => ({
        standard,
        ...(chosen === null ? {} : { chosen }),
        ...(notes === null ? {} : { notes }),
        controls: controls.map((control) => this.#counted(control)),
      })),
    });
  }

  #counted(control: StatedControl) {
    return {
      ...control,
      evidence: control.evidence.map((each) => (each.kind === 'entries' ? this.#entries(each) : each)),
    };
  }

  #entries(evidence: Extract<StatedEvidence, { kind: 'entries' }>) {
    const { count, entries } = this.#recount.counting(evidence.query);
    if (count === evidence.count) return { ...evidence, entries };
    throw new HoldfastError(
      'INTEGRITY',
      'The index of the log tells of other entries than the log has. `holdfast audit verify` makes it again; then export once more.',
      { problems: [`${evidence.text}: ${evidence.count} in the index, ${count} in the log`] },
    );
  }

  #occasion({ standard, chosen, notes }: BundledStandard, early: boolean): Occasion {
    const { origin, range, appVersion } = this.#part;
    return {
      foot: `${standardNames[standard]}, in an export of ${origin}, entries ${range.first} to ${range.end - 1}`,
      facts: [
        ['Controls', controlsText(chosen)],
        ['In an export of', `${origin}\nentries ${range.first} to ${range.end - 1}`],
        ['Newest of them', toRfc3339(this.#newest)],
        ['Made', `by Holdfast ${appVersion}; the log says when and for whom, in the entry audit.export`],
      ],
      time: this.#newest,
      notes,
      early,
      checking:
        'This report lies in an export of the log. verify.html and holdfast-verify.mjs beside it check every file and every entry, and count again what controls.json says of the entries. What is said of populations, settings and other logs is not proved by them.',
    };
  }
}
