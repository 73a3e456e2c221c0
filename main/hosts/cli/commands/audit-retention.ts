import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type RecordClass, recordClasses } from '../../../../shared/audit-retention.ts';
import {
  type AppliedRetention,
  type AuditRetention,
  appliedRetention,
  type LogHold,
  type RetentionChange,
  type RetentionPlan,
} from '../../../../shared/contract/audit/retention.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { usage } from '../failure.ts';
import { facts, plain, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface OfLog {
  readonly tenant?: string;
}
interface Why {
  readonly reason: string;
}

/** `holdfast audit retention`: how long logs are kept, and where what is older goes. */
export function addAuditRetention(audit: Command, run: Run): void {
  const group = audit
    .command('retention')
    .description('how long logs are kept; what is older goes into archives that anybody can check');

  ofLog(group.command('show').description('policies, changes that wait, holds and what was pruned')).action(
    (input: OfLog) => run.operation((client) => client.audit.getAuditRetention(input), { text: stateText }),
  );

  why(ofLog(group.command('set').description('keep a log for so many days; exit status 3 while it waits')))
    .requiredOption(
      '--days <number>',
      'more hold at once, fewer once another operator approves, or after 24 hours where there is none',
    )
    .addOption(
      new Option('--class <class>', 'only of such entries; else of all whose class has no days').choices(
        recordClasses,
      ),
    )
    .action(({ days, class: recordClass, ...input }: OfLog & Why & { days: string; class?: RecordClass }) => {
      if (!/^[0-9]{1,5}$/.test(days)) throw usage('--days is a number of days, such as 2192.');
      const asked = { ...input, recordClass, days: Number(days) };
      return run.operation((client) => client.audit.setAuditRetention(asked), {
        text: setText,
        status: ({ pending }): ExitStatus => (pending === null ? exitStatus.done : exitStatus.incomplete),
      });
    });

  why(group.command('approve').description('agree to a change that another operator asked for'))
    .argument('<id>', 'of the change; holdfast audit retention show')
    .action((changeId: string, { reason }: Why) =>
      run.operation((client) => client.audit.approveAuditRetention({ changeId, reason }), {
        text: ({ days }) => facts([['kept', `${days} days`]]),
      }),
    );

  why(group.command('cancel').description('take back a change that waits'))
    .argument('<id>', 'of the change; holdfast audit retention show')
    .action((changeId: string, { reason }: Why) =>
      run.operation((client) => client.audit.cancelAuditRetention({ changeId, reason }), {
        text: ({ days }) => facts([['kept', `${days} days, as before`]]),
      }),
    );

  why(
    group
      .command('acknowledge')
      .description('take what another program changed as show tells it; nothing goes for 24 hours'),
  ).action(({ reason }: Why) =>
    run.operation((client) => client.audit.acknowledgeAuditRetention({ reason }), {
      text: ({ policies, holds, folder, ended }) =>
        facts([
          ['policies', policies],
          ['holds', holds],
          ['archives', folder ?? 'none: nothing is pruned'],
          ['ended', `${ended} changes that waited`],
        ]),
    }),
  );

  group
    .command('archive')
    .description('where archives are written; once a folder is named, what is old goes every day')
    .argument('[folder]', 'outside the installation')
    .option('--none', 'prune nothing any more')
    .action((folder: string | undefined, { none }: { none?: true }) => {
      if ((folder === undefined) === (none === undefined)) throw usage('Give a folder, or --none.');
      const path = folder === undefined ? null : resolve(run.terminal.workingFolder, folder);
      return run.operation((client) => client.audit.setAuditArchive({ folder: path }), {
        text: (answer) => facts([['archives', answer.folder ?? 'none: nothing is pruned']]),
      });
    });

  why(ofLog(group.command('hold').description('let nothing of a log go until the hold is lifted'))).action(
    (input: OfLog & Why) =>
      run.operation((client) => client.audit.holdAuditLog(input), { text: (hold) => holdsText([hold]) }),
  );

  why(group.command('lift').description('end a hold; the policy goes for the log'))
    .argument('<id>', 'of the hold')
    .action((holdId: string, { reason }: Why) =>
      run.operation((client) => client.audit.liftAuditHold({ holdId, reason }), {
        text: () => 'The hold is lifted.',
      }),
    );

  ofLog(group.command('plan').description('what would go now, and what keeps the rest')).action(
    (input: OfLog) =>
      run.operation((client) => client.audit.planAuditRetention(input), {
        text: ({ logs }) => planText(logs),
      }),
  );

  ofLog(group.command('apply').description('archive what is old enough, verify the archive, then drop it'))
    .option('--detach', 'answer at once with the id of the job')
    .action(({ detach, ...input }: OfLog & { detach?: boolean }) =>
      run.job((client) => client.audit.applyAuditRetention(input), {
        result: appliedRetention,
        text: appliedText,
        detach,
      }),
    );
}

const ofLog = (command: Command) =>
  command.option('--tenant <tenant>', "a tenant's log; else that of the installation, or all");
const why = (command: Command) => command.requiredOption('--reason <text>', 'goes into the audit log');

const nameOf = ({ tenantId }: { readonly tenantId: string | null }) => tenantId ?? 'installation';

const scopeOf = (policy: { readonly tenantId: string | null; readonly recordClass: RecordClass | null }) =>
  [nameOf(policy), policy.recordClass].filter(Boolean).join(', ');

function stateText({
  intact,
  usualDays,
  policies,
  pending,
  holds,
  folder,
  prunings,
}: AuditRetention): string {
  const own = policies.map(
    (policy) => [scopeOf(policy), `${policy.days} days, since ${policy.setAt}`] as const,
  );
  return [
    ...(intact ? [] : [changedText, '']),
    facts([
      ['archives', folder ?? 'none: nothing is pruned'],
      ['kept', `${usualDays} days where nothing else is said`],
      ...own,
    ]),
    ...(pending.length === 0 ? [] : ['', changesText(pending)]),
    ...(holds.length === 0 ? [] : ['', holdsText(holds)]),
    ...(prunings.length === 0 ? [] : ['', prunedText(prunings)]),
  ].join('\n');
}

const changedText = plain(
  'CHANGED OUTSIDE HOLDFAST: what follows is not as Holdfast wrote it, and nothing of the log goes. See whether days, holds and folder are right; an owner takes them as they stand with `holdfast audit retention acknowledge`.',
);

const setText = ({ days, pending }: { days: number; pending: RetentionChange | null }) =>
  pending === null
    ? facts([['kept', `${days} days`]])
    : [changesText([pending]), '', plain(waitText(pending))].join('\n');

const waitText = ({ effectiveAt, id }: RetentionChange) =>
  effectiveAt === null
    ? 'Another operator has to approve it within 7 days.'
    : `Nobody else may approve it, so it holds from ${effectiveAt} on, unless it is cancelled: holdfast audit retention cancel ${id}`;

const changesText = (changes: readonly RetentionChange[]) =>
  table(
    ['WAITS', 'FROM', 'TO', 'ASKED BY', 'FOR', 'UNTIL', 'REASON', 'ID'],
    changes.map((change) => [
      scopeOf(change),
      change.from,
      change.to,
      change.askedBy,
      change.effectiveAt === null ? 'approval' : '24 hours',
      change.effectiveAt ?? change.expiresAt,
      change.reason,
      change.id,
    ]),
  );

const holdsText = (holds: readonly LogHold[]) =>
  table(
    ['HELD', 'SINCE', 'BY', 'REASON', 'ID'],
    holds.map((hold) => [nameOf(hold), hold.placedAt, hold.placedBy, hold.reason, hold.id]),
  );

const prunedText = (prunings: AuditRetention['prunings']) =>
  table(
    ['PRUNED', 'ENTRIES', 'ARCHIVE', 'LOG'],
    prunings.map(({ time, from, to, file, logId }) => [time, `${from} to ${to}`, file, logId]),
  );

const obstacles = {
  hold: 'a legal hold',
  class: 'days of the class',
  forwarding: 'forwarding to',
  alerts: 'the rules have not read on',
  anchor: 'the anchor in the keychain',
  newest: 'the newest entries stay',
} as const satisfies Record<NonNullable<RetentionPlan['heldBy']>['obstacle'], string>;

const planText = (logs: readonly RetentionPlan[]) =>
  table(
    ['LOG', 'KEPT', 'WOULD GO', 'SIZE', 'UP TO', 'HELD BACK BY'],
    logs.map(({ tenantId, days, entries, bytes, newest, heldBy }) => [
      nameOf({ tenantId }),
      `${days} days`,
      entries,
      size(bytes),
      newest,
      heldBy === null ? '' : [obstacles[heldBy.obstacle], heldBy.name].filter(Boolean).join(' '),
    ]),
  );

const appliedText = ({ logs }: AppliedRetention) =>
  logs.length === 0
    ? 'Nothing is old enough.'
    : table(
        ['LOG', 'ENTRIES', 'ARCHIVE'],
        logs.map(({ logId, from, to, file }) => [logId, `${from} to ${to}`, file]),
      );
