import type { Command } from 'commander';
import { type BackupRepairPlan, backupRepairPlan } from '../../../../shared/contract/backups/repair.ts';
import { type BackupRepair, backupRepair } from '../../../../shared/contract/backups.ts';
import { exitStatus } from '../exit-status.ts';
import { usage } from '../failure.ts';
import { facts, plain, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly tenant?: string;
  readonly installation?: true;
  readonly plan?: true;
  readonly detach?: boolean;
}

/** `backup healed`: what was healed by itself. */
export function addHealed(backup: Command, run: Run): void {
  backup
    .command('healed')
    .description('what was healed by itself, newest first')
    .option('--tenant <tenant>', 'of one tenant, by id or slug')
    .option('--installation', "of the installation's own backups")
    .action(({ tenant, installation }: Options) =>
      run.operation((client) => client.backups.listHealings({ tenant, installation }), {
        text: ({ items }) =>
          table(
            ['TIME', 'OF', 'TARGET', 'FILES', 'FROM', 'WHY'],
            items.map((each) => [
              each.time,
              each.tenantId ?? 'installation',
              each.target ?? 'the first',
              each.healed,
              each.from ?? 'made anew',
              each.why,
            ]),
          ),
      }),
    );
}

/** `backup repair`: what is sound is kept, what is lost is stored again where it is still in the data. */
export function addRepair(backup: Command, run: Run): void {
  backup
    .command('repair')
    .description('repair a damaged repository; exit status 2 when snapshots stay damaged')
    .option('--tenant <tenant>', 'that of one tenant, by id or slug')
    .option('--installation', "the installation's own")
    .option('--plan', 'only say what would be done')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast backup repair --tenant acme --plan')
    .action(({ tenant, installation, plan, detach }: Options) => {
      if ((tenant === undefined) === (installation === undefined)) {
        throw usage('Give one of --tenant, --installation.');
      }
      const owner = { tenant, installation };
      if (plan === true) {
        return run.job((client) => client.backups.planRepair(owner), {
          result: backupRepairPlan,
          text: planText,
          detach,
        });
      }
      return run.job((client) => client.backups.repairBackups(owner), {
        result: backupRepair,
        text: repairText,
        status: ({ ok }) => (ok ? exitStatus.done : exitStatus.integrity),
        detach,
      });
    });
}

const planText = (plan: BackupRepairPlan) =>
  [
    facts([
      ['of', plan.tenantId ?? 'installation'],
      ['damaged or missing files', plan.damagedFiles],
      ['packs to list again', plan.packsRelisted],
      ['blobs saved anew', `${plan.blobsSalvaged} (${size(plan.bytesSalvaged)})`],
      ['blobs lost', plan.blobsLost],
    ]),
    ...plan.damage.map(({ file, what, copy }) =>
      plain(`! ${file}: ${what}${copy === null ? '' : ` (whole on ${copy})`}`),
    ),
  ].join('\n');

const repairText = (repair: BackupRepair) =>
  [
    planText(repair),
    '',
    facts([
      ['files healed', repair.healedFiles],
      ['full backup', repair.snapshot.id],
      ['sound now', repair.ok ? 'yes' : 'no'],
    ]),
    ...repair.damagedSnapshots.map((id) => plain(`! snapshot ${id} stays damaged`)),
    ...repair.problems.map(({ snapshotId, reason }) => plain(`! ${snapshotId ?? 'repository'}: ${reason}`)),
  ].join('\n');
