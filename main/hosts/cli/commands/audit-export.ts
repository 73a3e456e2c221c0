import { resolve } from 'node:path';
import type { Command } from 'commander';
import { auditExport } from '../../../../shared/contract/audit.ts';
import { parseTime } from '../arguments/time.ts';
import { facts } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly openings?: boolean;
  readonly out: string;
  readonly detach?: boolean;
}

/** The log as a bundle that others can check. */
export function addAuditExport(group: Command, run: Run): void {
  const time = (text: string) => parseTime(text, Date.now());
  group
    .command('export')
    .description('write a log as a bundle that anybody can check: a *.hfbundle.zip')
    .requiredOption('--out <file>', 'a file that does not exist yet')
    .option('--tenant <tenant>', "a tenant's log; else that of the installation")
    .option('--from <time>', 'entries at or after: RFC 3339 or relative, -2h', time)
    .option('--to <time>', 'and before', time)
    .option('--openings', 'disclose names, reasons and states, as far as they can still be opened')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast audit export --tenant acme --out acme.hfbundle.zip')
    .action(({ detach, out, ...options }: Options) =>
      run.job(
        (client) =>
          client.audit.exportAuditLog({ ...options, file: resolve(run.terminal.workingFolder, out) }),
        {
          result: auditExport,
          text: ({ file, entries, from, to, openings }) =>
            facts([
              ['file', file],
              ['entries', entries],
              ['range', `${from} to ${to}`],
              ['disclosed fields', openings],
            ]),
          detach,
        },
      ),
    );
}
