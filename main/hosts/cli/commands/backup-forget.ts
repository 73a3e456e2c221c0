import type { Command } from 'commander';
import {
  type ForgetPlan,
  type ForgetResult,
  forgetPlan,
  forgetResult,
} from '../../../../shared/contract/backups/forget.ts';
import { usage } from '../failure.ts';
import { facts, plain, size } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly reason?: string;
  readonly plan?: true;
  readonly detach?: boolean;
}

/** `backup forget`: one snapshot goes, whatever the policy says. */
export function addForget(backup: Command, run: Run): void {
  backup
    .command('forget')
    .description(
      'remove one snapshot: a sound one after the wait, one that is damaged beyond healing at once',
    )
    .argument('<snapshot>', 'its id, or at least its first 8 digits')
    .option('--plan', 'only say what would be lost and what speaks against it')
    .option('--reason <text>', 'goes into the audit log')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast backup forget 3f2a9b01 --plan\n  holdfast backup forget 3f2a9b01 --reason "damaged, no copy has it"',
    )
    .action((snapshotId: string, { plan, reason, detach }: Options) => {
      if (plan === true) {
        return run.job((client) => client.backups.planForget({ snapshotId }), {
          result: forgetPlan,
          text: planText,
          detach,
        });
      }
      if (reason === undefined) throw usage('Give --reason, or --plan to look first.');
      return run.job((client) => client.backups.forgetSnapshot({ snapshotId, reason }), {
        result: forgetResult,
        text: resultText,
        detach,
      });
    });
}

const outcomes: Readonly<Record<ForgetPlan['outcome'], string>> = {
  marked: 'it is marked, and removed after the wait',
  removed: 'it is removed at once, for good',
  refused: 'nothing: it stays',
};

const obstacles: Readonly<Record<ForgetPlan['obstacles'][number], string>> = {
  hold: 'it is under legal hold',
  undo: 'a restore can still be taken back with it',
  minimum: 'fewer snapshots would be left than the policy wants at least',
  'being-removed': 'it is being removed already',
};

const planText = (plan: ForgetPlan) =>
  [
    facts([
      ['snapshot', plan.snapshotId],
      ['of', plan.folder ?? plan.tenantId ?? 'installation'],
      ['taken', plan.time],
      ['state', plan.problem === null ? plan.state : `${plan.state}: ${plan.problem}`],
      ['would happen', outcomes[plan.outcome]],
      ['kept for', plan.reasons.length === 0 ? 'nothing' : plan.reasons.join(', ')],
      ['snapshot before', plan.before ?? 'none'],
      ['snapshot after', plan.after ?? 'none'],
      ['frees', plan.bytesFreed === null ? 'not known' : size(plan.bytesFreed)],
      ['copies', plan.copies.length === 0 ? 'none' : plan.copies.join(', ')],
    ]),
    ...plan.obstacles.map((obstacle) => plain(`! ${obstacles[obstacle]}`)),
  ].join('\n');

const resultText = ({ snapshotId, state, outcome, removableAt }: ForgetResult) => {
  const text = facts([
    ['snapshot', snapshotId],
    ['state', state],
    ['outcome', outcome],
    ...(removableAt === null ? [] : [['removed from', removableAt] as const]),
  ]);
  return outcome === 'removed'
    ? text
    : `${text}\nTake it back until then with: holdfast backup retention unmark ${snapshotId.slice(0, 12)}`;
};
