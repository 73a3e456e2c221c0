import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type EvidenceStatus,
  evidenceStatuses,
  type Standard,
  standards,
} from '../../../../shared/compliance.ts';
import { type CompliancePreview, complianceReport } from '../../../../shared/contract/audit/reports.ts';
import { auditExport } from '../../../../shared/contract/audit.ts';
import { parseTime } from '../arguments/time.ts';
import { exitStatus } from '../exit-status.ts';
import { usage } from '../failure.ts';
import { facts, plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { exportText } from './audit-export.ts';

interface Options {
  readonly standard: Standard;
  readonly tenant?: string;
  readonly from: string;
  readonly to: string;
  readonly controls?: string[];
  readonly notes?: string;
  readonly logo?: string;
  readonly out?: string;
  readonly preview?: true;
  readonly detach?: boolean;
}

/** Evidence for a standard's controls, as a file for an auditor. */
export function addReport(program: Command, run: Run): void {
  const time = (text: string) => parseTime(text, Date.now());
  program
    .command('report')
    .description("write what the log and what it stands beside say of a standard's controls")
    .addOption(new Option('--standard <standard>').choices(standards).makeOptionMandatory())
    .option('--tenant <tenant>', 'id or slug; else the installation with all its tenants')
    .option('--from <time>', 'beginning of the period: RFC 3339 or relative', time, time('-90d'))
    .option('--to <time>', 'its end, which is no more part of it', time, time('now'))
    .option(
      '--out <file>',
      'a file that does not exist yet: .pdf, .csv, .json, .zip for all three, .hfbundle.zip for an export with it',
    )
    .option('--preview', 'only say what was found for each control; nothing is verified')
    .option('--controls <ids>', 'only these, with commas', (text) => text.split(',').map((id) => id.trim()))
    .option('--notes <text>', 'printed at the beginning')
    .option('--logo <file>', 'a PNG or JPEG, printed at the beginning')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast report --standard soc2 --tenant acme --from -90d --to now --out acme-soc2.pdf',
    )
    .action(({ out, preview, detach, logo, controls, notes, ...asked }: Options) => {
      if (preview === true) {
        return run.operation((client) => client.audit.previewComplianceReport(asked), { text: previewText });
      }
      if (out === undefined) throw usage('Give one of --out, --preview.');
      const path = (file: string) => resolve(run.terminal.workingFolder, file);
      const choice = {
        ...(controls === undefined ? {} : { controls }),
        ...(notes === undefined ? {} : { notes }),
        ...(logo === undefined ? {} : { logo: path(logo) }),
      };
      if (out.endsWith('.hfbundle.zip')) {
        const { standard, ...of } = asked;
        const exported = { ...of, reports: [{ standard, ...choice }], disclose: [], file: path(out) };
        return run.job((client) => client.audit.exportAuditLog(exported), {
          result: auditExport,
          text: exportText,
          detach,
        });
      }
      const input = { ...asked, ...choice, file: path(out) };
      return run.job((client) => client.audit.generateComplianceReport(input), {
        result: complianceReport,
        text: ({ file, verdict, totals, files, reportId }) =>
          facts([
            ['report', reportId],
            ['file', file],
            ['log', verdict],
            ...totalFacts(totals),
            ...files.map(({ name, sha256 }) => [`SHA-256 of ${name}`, sha256] as const),
          ]),
        status: ({ verdict }) => (verdict === 'tampered' ? exitStatus.integrity : exitStatus.done),
        detach,
      });
    });
}

const totalFacts = (totals: Readonly<Record<EvidenceStatus, number>>) =>
  evidenceStatuses.map((status) => [status.replaceAll('-', ' '), totals[status]] as const);

const previewText = ({ totals, controls, archived }: CompliancePreview) =>
  [
    table(
      ['CONTROL', 'FOUND', 'ENTRIES', 'TITLE'],
      controls.map(({ id, status, entries, title }) => [id, status, entries, title]),
    ),
    '',
    facts(totalFacts(totals)),
    ...(archived.length === 0 ? [] : ['', archivedText(archived)]),
  ].join('\n');

/** The report itself has all. */
const mostShown = 20;

function archivedText(archived: CompliancePreview['archived']): string {
  const more = archived.length - mostShown;
  return [
    plain('Not counted, because retention archived and pruned them; some may be of the period:'),
    table(
      ['ENTRIES', 'OF', 'PRUNED', 'DAYS', 'ARCHIVE', 'SHA-256 OF ITS MANIFEST', 'LOG'],
      archived
        .slice(0, mostShown)
        .map(({ from, to, size, time, days, file, manifest, logId }) => [
          `${from} to ${to}`,
          size,
          time,
          days,
          file,
          manifest,
          logId,
        ]),
    ),
    ...(more > 0 ? [plain(`and ${more} more`)] : []),
    plain('Each archive verifies on its own: holdfast verify-bundle ARCHIVE'),
  ].join('\n');
}
