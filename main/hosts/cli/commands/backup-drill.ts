import type { Command } from 'commander';
import { type Drill, type DrillResult, drillResult } from '../../../../shared/contract/backups/drills.ts';
import { usage } from '../failure.ts';
import { duration, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly installation?: true;
  readonly all?: true;
  readonly snapshot?: string;
  readonly detach?: boolean;
}

/** `backup drill` holds one; `backup drill list` shows those that were held. */
export function addDrill(backup: Command, run: Run): void {
  const group = backup
    .command('drill')
    .description(
      'restore to a throw-away folder, prove every row, measure the time; exit status 2 when it does not restore',
    )
    .option('--tenant <tenant>', 'of one tenant, by id or slug')
    .option('--installation', "of the installation's own databases")
    .option('--all', 'of every tenant and the installation')
    .option('--snapshot <id>', 'of this snapshot (default: the newest)')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast backup drill --tenant acme')
    .action(({ tenant, installation, all, snapshot: snapshotId, detach }: Options) => {
      const given = Object.values({ tenant, installation, all, snapshotId }).filter(
        (each) => each !== undefined,
      );
      if (given.length !== 1) throw usage('Give one of --tenant, --installation, --all, --snapshot.');
      const what = snapshotId === undefined ? { scope: { tenant, installation, all } } : { snapshotId };
      return run.job((client) => client.backups.drillBackup(what), {
        result: drillResult,
        text: resultText,
        detach,
      });
    });

  addPaging(group.command('list').description('drills that were held, newest first'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own")
    .action((_: unknown, command: Command) => {
      // options that both commands have go to the outer one
      const options = command.optsWithGlobals<PagingOptions & Pick<Options, 'tenant' | 'installation'>>();
      const { limit, cursor, tenant, installation } = options;
      return run.operation((client) => client.backups.listDrills({ limit, cursor, tenant, installation }), {
        text: ({ items, next }) => pageText(drillsText(items), next),
      });
    });
}

function resultText({ drills }: DrillResult): string {
  const slowest = drills.map(
    ({ tenantId, phases }) =>
      `${tenantId ?? 'installation'}: ${phases.map(({ name, durationMs }) => `${name} ${duration(durationMs)}`).join(', ')}`,
  );
  return [drillsText(drills), '', ...slowest.map(plain)].join('\n');
}

const drillsText = (items: readonly Drill[]) =>
  table(
    ['STARTED', 'OF', 'OUTCOME', 'TOOK', 'ROWS', 'FILES', 'SIZE', 'SNAPSHOT'],
    items.map((drill) => [
      drill.startedAt,
      drill.tenantId ?? 'installation',
      drill.error === null ? drill.outcome : `${drill.outcome} (${drill.error.code})`,
      drill.durationMs === null ? '' : duration(drill.durationMs),
      drill.rows ?? '',
      drill.files ?? '',
      drill.bytes === null ? '' : size(drill.bytes),
      drill.snapshotId.slice(0, 12),
    ]),
  );
