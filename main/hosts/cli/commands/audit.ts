import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { CheckpointCheck } from '../../../../shared/contract/audit/integrity.ts';
import { type AuditVerification, auditVerification } from '../../../../shared/contract/audit.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, plain } from '../output/text.ts';
import type { Run } from '../run.ts';
import { readInput } from '../spool.ts';
import { addAuditAlerts } from './audit-alerts.ts';
import { addAuditCounts } from './audit-counts.ts';
import { addAuditDrill } from './audit-drill.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditFilters } from './audit-filters.ts';
import { addAuditForward } from './audit-forward.ts';
import { addAuditIntegrity } from './audit-integrity.ts';
import { addAuditKey } from './audit-key.ts';
import { addAuditList } from './audit-list.ts';
import { addAuditLog } from './audit-log.ts';
import { addAuditProof } from './audit-proof.ts';
import { addAuditRetention } from './audit-retention.ts';
import { addAuditTimestamp } from './audit-timestamp.ts';
import { addAuditWitness } from './audit-witness.ts';

export function addAudit(program: Command, run: Run): void {
  const group = program.command('audit').description('the log that shows every change to itself');

  addAuditLog(group, run);
  addAuditKey(group, run);
  addAuditIntegrity(group, run);
  addAuditExport(group, run);
  addAuditForward(group, run);
  addAuditWitness(group, run);
  addAuditTimestamp(group, run);
  addAuditDrill(group, run);
  addAuditRetention(group, run);
  addAuditAlerts(group, run);

  addAuditList(group, run);
  addAuditProof(group, run);
  addAuditCounts(group, run);
  addAuditFilters(group, run);

  group
    .command('verify')
    .description(
      're-read everything against the signed heads; exit status 2 when tampered, 3 when incomplete',
    )
    .addOption(new Option('--tenant <tenant>', 'only its log').conflicts('checkpoint'))
    .addOption(new Option('--detach', 'answer at once with the id of the job').conflicts('checkpoint'))
    .option(
      '--checkpoint <file>',
      'only whether the log goes on from this signed checkpoint, of a report or a mail; - reads standard input',
    )
    .action(async ({ checkpoint, ...options }: VerifyOptions) => {
      if (checkpoint !== undefined) {
        await checkKept(run, checkpoint);
        return;
      }
      const { detach, ...input } = options;
      await run.job((client) => client.audit.verifyAuditLog(input), {
        result: auditVerification,
        text: verdictText,
        status: verdictStatus,
        detach,
      });
    });
}

interface VerifyOptions {
  readonly tenant?: string;
  readonly detach?: boolean;
  readonly checkpoint?: string;
}

async function checkKept(run: Run, checkpoint: string): Promise<void> {
  const { terminal } = run;
  const note =
    checkpoint === '-'
      ? await readInput(terminal)
      : await readFile(resolve(terminal.workingFolder, checkpoint), 'utf8');
  await run.operation((client) => client.audit.checkCheckpoint({ note }), {
    text: ({ finding, logId, size, present }) =>
      facts([
        ['finding', findingWords[finding]],
        ['log', logId],
        ['checkpoint', `${size} entries`],
        ['now', present === null ? 'not there' : `${present} entries`],
      ]),
    status: ({ finding }) => findingStatus[finding],
  });
}

const findingWords = {
  'goes-on': 'the log goes on from it',
  'other-entries': 'TAMPERED: the log has other entries than it vouches for',
  'log-shorter': 'TAMPERED: the log has fewer entries than it vouches for',
  'log-missing': 'TAMPERED: the log that it is of is not there',
  'not-signed': 'proves nothing: no key of this installation signed it',
  pruned: 'cannot be compared: the entries around its end were pruned',
} satisfies Record<CheckpointCheck['finding'], string>;

const findingStatus = {
  'goes-on': exitStatus.done,
  'other-entries': exitStatus.integrity,
  'log-shorter': exitStatus.integrity,
  'log-missing': exitStatus.integrity,
  'not-signed': exitStatus.incomplete,
  pruned: exitStatus.incomplete,
} satisfies Record<CheckpointCheck['finding'], ExitStatus>;

function verdictText({ verdict, logs, horizon, gaps, problems }: AuditVerification): string {
  const head = facts([
    ['verdict', verdict],
    ['logs', logs.length],
    ['entries', logs.reduce((sum, { size }) => sum + size, 0)],
    ['horizon', horizon?.note],
  ]);
  const silent = gaps.map(({ from, text }) => plain(`- from ${from}: ${text}`));
  const found = problems.map(({ logId, index, reason }) =>
    plain(`! ${logId}${index === null ? '' : ` entry ${index}`}: ${reason}`),
  );
  return [head, ...found, ...silent].join('\n');
}

const verdictStatus = ({ verdict }: AuditVerification): ExitStatus =>
  ({
    verified: exitStatus.done,
    tampered: exitStatus.integrity,
    incomplete: exitStatus.incomplete,
  })[verdict];
