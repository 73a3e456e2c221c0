import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type EvidenceStatus,
  evidenceStatuses,
  type Standard,
  standards,
} from '../../../../shared/compliance.ts';
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
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast audit export --tenant acme --out acme.hfbundle.zip')
    .action(({ detach, out, plan, openings = [], standard = [], ...of }: Options) => {
      const part = { ...of, standards: standard };
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
