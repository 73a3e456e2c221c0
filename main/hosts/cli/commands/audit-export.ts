import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type EvidenceStatus,
  evidenceStatuses,
  type Standard,
  standards,
} from '../../../../shared/compliance.ts';
import type { BundledReport } from '../../../../shared/contract/audit/reports.ts';
import { type AuditExport, type AuditExportPlan, auditExport } from '../../../../shared/contract/audit.ts';
import { type Disclosure, disclosures } from '../../../../shared/disclosures.ts';
import { parseTime } from '../arguments/time.ts';
import { usage } from '../failure.ts';
import { facts, size } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly epoch?: number;
  readonly from?: string;
  readonly to?: string;
  readonly openings?: Disclosure[] | true;
  readonly standard?: Standard[];
  readonly controls?: OfStandard[];
  readonly notes?: OfStandard[];
  readonly logo?: string;
  readonly out?: string;
  readonly plan?: true;
  readonly detach?: boolean;
}

/** The log as a bundle that others can check. */
export function addAuditExport(group: Command, run: Run): void {
  const time = (text: string) => parseTime(text, Date.now());
  group
    .command('export')
    .description('write a log as a bundle that anybody can check: a *.hfbundle.zip')
    .option('--out <file>', 'a file that does not exist yet')
    .option('--plan', 'only say what the bundle would hold')
    .option('--tenant <tenant>', "a tenant's log; else that of the installation")
    .option('--epoch <number>', 'the log as it was before the installation was recovered', Number)
    .option('--from <time>', 'entries at or after: RFC 3339 or relative, -2h', time)
    .option('--to <time>', 'and before', time)
    .option(
      '--openings [kinds]',
      'disclose people, reasons, states (with commas; all by default) as far as they can still be opened',
      disclosed,
    )
    .addOption(
      new Option('--standard <standard...>', 'with a report on each, of the period').choices(standards),
    )
    .option('--controls <standard=ids>', 'only these in its report, with commas; once for each', ofStandard)
    .option('--notes <standard=text>', 'printed at the beginning of its report; once for each', ofStandard)
    .option('--logo <file>', 'a PNG or JPEG, printed at the beginning of each report')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast audit export --tenant acme --out acme.hfbundle.zip')
    .action(({ detach, out, plan, openings = [], ...asked }: Options) => {
      const { standard = [], controls = [], notes = [], logo, ...of } = asked;
      const picture = logo === undefined ? undefined : resolve(run.terminal.workingFolder, logo);
      const part = { ...of, reports: reportsOf(standard, { controls, notes, logo: picture }) };
      if (plan === true)
        return run.operation((client) => client.audit.planAuditExport(part), { text: planText });
      if (out === undefined) throw usage('Give one of --out, --plan.');
      const disclose = openings === true ? [...disclosures] : openings;
      const file = resolve(run.terminal.workingFolder, out);
      return run.job((client) => client.audit.exportAuditLog({ ...part, disclose, file }), {
        result: auditExport,
        text: exportText,
        detach,
      });
    });
}

/** Something that is said of one standard. */
interface OfStandard {
  readonly standard: Standard;
  readonly text: string;
}

function ofStandard(text: string, before: readonly OfStandard[] = []): OfStandard[] {
  const at = text.indexOf('=');
  const standard = standards.find((each) => each === text.slice(0, at));
  if (standard === undefined)
    throw new InvalidArgumentError(`Begin with one of ${standards.join(', ')} and “=”.`);
  return [...before, { standard, text: text.slice(at + 1) }];
}

interface Added {
  readonly controls: readonly OfStandard[];
  readonly notes: readonly OfStandard[];
  readonly logo: string | undefined;
}

/** Errors: a usage error, of what is said of a standard that has no report, or twice. */
function reportsOf(asked: readonly Standard[], { controls, notes, logo }: Added): BundledReport[] {
  const each = [...new Set(asked)];
  for (const said of [controls, notes]) {
    const named = said.map(({ standard }) => standard);
    if (named.some((standard, at) => !each.includes(standard) || named.indexOf(standard) !== at))
      throw usage('Give --controls and --notes once for a --standard that has a report.');
  }
  if (logo !== undefined && each.length === 0) throw usage('Give --logo with the --standard of a report.');
  return each.map((standard) => {
    const textIn = (said: readonly OfStandard[]) => said.find((of) => of.standard === standard)?.text;
    const [ids, text] = [textIn(controls), textIn(notes)];
    return {
      standard,
      ...(ids === undefined ? {} : { controls: ids.split(',').map((id) => id.trim()) }),
      ...(text === undefined ? {} : { notes: text }),
      ...(logo === undefined ? {} : { logo }),
    };
  });
}

/** What an export came to. */
export const exportText = ({ file, entries, from, to, openings, archived, reports }: AuditExport) =>
  facts([
    ['file', file],
    ['entries', entries],
    ['range', `${from} to ${to}`],
    ['disclosed fields', openings],
    ...archivedFacts({ archived }),
    ...reports.map(({ standard, totals }) => [`report: ${standard}`, totalsText(totals)] as const),
  ]);

const totalsText = (totals: Readonly<Record<EvidenceStatus, number>>) =>
  evidenceStatuses
    .filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${status.replaceAll('-', ' ')}`)
    .join(', ');

const archivedFacts = ({ archived }: Pick<AuditExportPlan, 'archived'>) =>
  archived === null ? [] : [['archived', `entries before ${archived.before}, in ${archived.file}`] as const];

const planText = ({ entries, from, to, fields, bytes, archived }: AuditExportPlan) =>
  facts([
    ['entries', entries],
    ['range', `${from} to ${to}`],
    ['about', size(bytes)],
    ...archivedFacts({ archived }),
    ...disclosures.map((kind) => [`fields: ${kind}`, fields[kind]] as const),
  ]);

function disclosed(text: string): Disclosure[] {
  return text.split(',').map((word) => {
    const kind = disclosures.find((each) => each === word.trim());
    if (kind === undefined) throw new InvalidArgumentError(`Give some of ${disclosures.join(', ')}.`);
    return kind;
  });
}
