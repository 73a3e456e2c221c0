import type { Command } from 'commander';
import { type AuditVerification, auditVerification } from '../../../../shared/contract/audit.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, plain } from '../output/text.ts';
import type { Run } from '../run.ts';
import { addAuditAlerts } from './audit-alerts.ts';
import { addAuditCounts } from './audit-counts.ts';
import { addAuditDrill } from './audit-drill.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditFilters } from './audit-filters.ts';
import { addAuditForward } from './audit-forward.ts';
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
    .option('--tenant <tenant>', 'only its log')
    .option('--detach', 'answer at once with the id of the job')
    .action(({ detach, ...options }: { tenant?: string; detach?: boolean }) =>
      run.job((client) => client.audit.verifyAuditLog(options), {
        result: auditVerification,
        text: verdictText,
        status: verdictStatus,
        detach,
      }),
    );
}

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
