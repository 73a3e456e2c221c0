import type { Command } from 'commander';
import type { OwnerProtection } from '../../../../shared/contract/backups/drills.ts';
import { duration, pageText, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

/** `backup protection`: what would be lost, and how long the way back would take. */
export function addProtection(backup: Command, run: Run): void {
  addPaging(backup.command('protection').description('RPO and RTO of each tenant and of the installation'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own")
    .action((options: PagingOptions & { tenant?: string; installation?: true }) =>
      run.operation((client) => client.backups.listProtection(options), {
        text: ({ items, next }) => pageText(protectionText(items), next),
      }),
    );
}

const protectionText = (items: readonly OwnerProtection[]) =>
  table(
    ['OF', 'BACK AFTER A MISTAKE TO', 'AFTER A LOST DISK TO', 'LAST PROOF', 'FORECAST', 'NEXT DRILL'],
    items.map(({ tenantId, mistake, lostDisk, lastProof, forecast, drills }) => [
      tenantId ?? 'installation',
      mistake.continuous ? `${mistake.upTo} (every commit)` : (mistake.upTo ?? 'nothing'),
      lostDisk.upTo ?? 'nothing',
      lastProof === null ? 'never' : `${lastProof.time} (${lastProof.by})`,
      forecast === null ? 'not measured' : `${duration(forecast.durationMs)} (${forecast.drills} drills)`,
      drills.overdue ? 'overdue' : (drills.nextRun ?? 'by hand'),
    ]),
  );
