import { type Command, Option } from 'commander';
import {
  type AuditEntry,
  type AuditVerification,
  auditVerification,
} from '../../../../shared/contract/audit.ts';
import { type Outcome, outcomes, type Severity, severities } from '../../../../shared/severities.ts';
import { parseTime } from '../arguments/time.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { facts, pageText, plain, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { addAuditDrill } from './audit-drill.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditForward } from './audit-forward.ts';
import { addAuditKey } from './audit-key.ts';
import { addAuditLog } from './audit-log.ts';
import { addAuditWitness } from './audit-witness.ts';

interface Listing extends PagingOptions {
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly severity?: Severity;
  readonly outcome?: Outcome;
  readonly oldestFirst?: boolean;
}

export function addAudit(program: Command, run: Run): void {
  const group = program.command('audit').description('the log that shows every change to itself');
  const time = (text: string) => parseTime(text, Date.now());

  addAuditLog(group, run);
  addAuditKey(group, run);
  addAuditExport(group, run);
  addAuditForward(group, run);
  addAuditWitness(group, run);
  addAuditDrill(group, run);

  addPaging(group.command('list').description('list entries, newest first'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--from <time>', 'at or after: RFC 3339 or relative, -2h', time)
    .option('--to <time>', 'before', time)
    .option('--actor <name>', "an operator's name or a pseudonym")
    .option('--action <action>', 'exact, or a prefix that ends in .*')
    .addOption(new Option('--severity <severity>').choices(severities))
    .addOption(new Option('--outcome <outcome>').choices(outcomes))
    .option('--oldest-first')
    .addHelpText('after', '\nExample:\n  holdfast audit list --tenant acme --from -24h --severity critical')
    .action(({ oldestFirst, ...options }: Listing) =>
      run.operation(
        (client) => client.audit.getAuditTrail({ ...options, order: oldestFirst ? 'oldest' : 'newest' }),
        {
          text: ({ items, next, horizon }) =>
            pageText(`${plain(horizon.note)}\n\n${entriesText(items)}`, next),
        },
      ),
    );

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

const entriesText = (items: readonly AuditEntry[]) =>
  table(
    ['TIME', 'INDEX', 'ACTION', 'SEVERITY', 'OUTCOME', 'ACTOR', 'RESOURCE'],
    items.map((entry) => [
      entry.time,
      entry.index,
      entry.phase === 'intent' ? `${entry.action} (intent)` : entry.action,
      entry.severity,
      entry.outcome,
      entry.actor.name ?? entry.actor.pseudonym ?? entry.actor.kind,
      entry.resource === null ? null : `${entry.resource.kind} ${entry.resource.id}`,
    ]),
  );

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
