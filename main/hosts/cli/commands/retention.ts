import type { Command } from 'commander';
import {
  type Hold,
  type RemovalMark,
  type Retention,
  type RetentionRun,
  type RetentionSimulation,
  retentionRun,
  retentionSimulation,
} from '../../../../shared/contract/backups/retention.ts';
import { calendarRules, type RetentionPolicy } from '../../../../shared/retention.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { usage } from '../failure.ts';
import { facts, pageText, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';

interface OwnerOptions {
  readonly tenant?: string;
  readonly installation?: true;
  /** Id of a protected folder. */
  readonly folder?: string;
}

const rules = ['last', ...calendarRules, 'minimum'] as const;
type RuleOptions = { readonly [rule in (typeof rules)[number]]?: number };

const ruleTexts = {
  last: 'so many of the newest, whenever they were made',
  hourly: 'the newest of so many hours',
  daily: 'the newest of so many days',
  weekly: 'the newest of so many weeks',
  monthly: 'the newest of so many months',
  yearly: 'the newest of so many years',
  minimum: 'never fewer than these',
} as const;

/** `holdfast backup retention`. */
export function addRetention(backup: Command, run: Run): void {
  const group = backup.command('retention').description('which snapshots stay, and how the rest goes');

  addOwner(group.command('show').description('the policy that applies')).action((options: OwnerOptions) =>
    run.operation((client) => client.backups.getRetention(ownerOf(options)), { text: retentionText }),
  );

  addRules(addOwner(group.command('set').description('change the policy; what is not given stays')))
    .requiredOption('--reason <text>', 'goes into the audit log')
    .addHelpText(
      'after',
      '\nSee first what it would leave: holdfast backup retention simulate.\n\nExample:\n  holdfast backup retention set --tenant acme --daily 14 --reason "disk is small"',
    )
    .action(({ reason, ...options }: OwnerOptions & RuleOptions & { reason: string }) => {
      const owner = ownerOf(options);
      const given = rulesOf(options);
      if (Object.keys(given).length === 0) throw usage(`Give one of --${rules.join(', --')}.`);
      return run.operation(
        async (client) =>
          client.backups.setRetention({
            ...owner,
            policy: { ...(await presentPolicy(client, owner)), ...given },
            reason,
          }),
        { text: retentionText },
      );
    });

  addRules(
    addOwner(group.command('simulate').description('what a policy would leave and free; changes nothing')),
  )
    .option('--detach', 'answer at once with the id of the job')
    .action(({ detach, ...options }: OwnerOptions & RuleOptions & { detach?: boolean }) => {
      const owner = ownerOf(options);
      const given = rulesOf(options);
      return run.job(
        async (client) =>
          client.backups.simulateRetention({
            ...owner,
            ...(Object.keys(given).length === 0
              ? {}
              : { policy: { ...(await presentPolicy(client, owner)), ...given } }),
          }),
        { result: retentionSimulation, text: simulationText, detach },
      );
    });

  addOwner(
    group
      .command('run')
      .description('mark what the policy lets go, remove what has waited; a backup by schedule does it too'),
  )
    .option('--detach', 'answer at once with the id of the job')
    .action(({ detach, ...options }: OwnerOptions & { detach?: boolean }) =>
      run.job((client) => client.backups.applyRetention(ownerOf(options)), {
        result: retentionRun,
        text: runText,
        detach,
      }),
    );

  addPaging(addOwner(group.command('marked').description('snapshots that wait for their removal'))).action(
    ({ tenant, installation, folder, ...paging }: PagingOptions & OwnerOptions) =>
      run.operation(
        (client) =>
          client.backups.listRemovalMarks({ ...paging, ...namedOf({ tenant, installation, folder }) }),
        {
          text: ({ items, next }) => pageText(marksText(items), next),
        },
      ),
  );

  group
    .command('unmark')
    .description('take a mark back; only a hold keeps a snapshot for good')
    .argument('<snapshot>', 'id of the snapshot, or at least its first 8 digits')
    .action((snapshotId: string) =>
      run.operation((client) => client.backups.unmarkSnapshot({ snapshotId }), {
        text: (answer) => `Unmarked ${answer.snapshotId}.`,
      }),
    );
}

/** `holdfast backup hold`. */
export function addHold(backup: Command, run: Run): void {
  const group = backup.command('hold').description('legal holds: what is under one is never removed');

  addOwner(group.command('place').description('hold one snapshot, or everything of an owner'))
    .option('--snapshot <id>', 'only this one')
    .requiredOption('--reason <text>', 'shown with the hold, and in the audit log')
    .action(({ snapshot, reason, ...options }: OwnerOptions & { snapshot?: string; reason: string }) =>
      run.operation(
        (client) =>
          client.backups.placeHold({
            ...namedOf(options),
            reason,
            ...(snapshot === undefined ? {} : { snapshotId: snapshot }),
          }),
        { text: holdText },
      ),
    );

  addPaging(addOwner(group.command('list').description('holds, newest first')))
    .option('--active', 'without those that were lifted')
    .action(
      ({
        active,
        tenant,
        installation,
        folder,
        ...paging
      }: PagingOptions & OwnerOptions & { active?: boolean }) =>
        run.operation(
          (client) =>
            client.backups.listHolds({
              ...paging,
              ...namedOf({ tenant, installation, folder }),
              ...(active ? { state: 'active' } : {}),
            }),
          { text: ({ items, next }) => pageText(holdsText(items), next) },
        ),
    );

  group
    .command('lift')
    .description('end a hold; the policy goes for what it was on')
    .argument('<id>', 'id of the hold')
    .requiredOption('--reason <text>', 'goes into the audit log')
    .action((holdId: string, { reason }: { reason: string }) =>
      run.operation((client) => client.backups.liftHold({ holdId, reason }), { text: holdText }),
    );
}

function addOwner(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own")
    .option('--folder <id>', 'the backups of a protected folder');
}

function addRules(command: Command): Command {
  return rules.reduce(
    (made, rule) => made.option(`--${rule} <count>`, ruleTexts[rule], (text) => parseCount(rule, text)),
    command,
  );
}

function parseCount(rule: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw usage(`--${rule} is a number of snapshots, such as 7.`);
  return Number(text);
}

function ownerOf(options: OwnerOptions) {
  const named = namedOf(options);
  if (Object.keys(named).length !== 1) throw usage('Give one of --tenant, --installation and --folder.');
  return named;
}

/** As the contract names it. */
function namedOf({
  tenant,
  installation,
  folder,
}: { [Name in keyof OwnerOptions]: OwnerOptions[Name] | undefined }) {
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(installation === undefined ? {} : { installation }),
    ...(folder === undefined ? {} : { folderId: folder }),
  };
}

function rulesOf(options: RuleOptions): Partial<RetentionPolicy> {
  return Object.fromEntries(
    rules.flatMap((rule) => (options[rule] === undefined ? [] : [[rule, options[rule]]])),
  );
}

async function presentPolicy(
  client: HoldfastClient,
  owner: ReturnType<typeof ownerOf>,
): Promise<RetentionPolicy> {
  return (await client.backups.getRetention(owner)).policy;
}

const nameOf = ({ tenantId, folderId }: { tenantId: string | null; folderId: string | null }) =>
  folderId === null ? (tenantId ?? 'installation') : `folder ${folderId}`;

const policyFacts = (policy: RetentionPolicy) => rules.map((rule) => [rule, policy[rule]] as const);

const retentionText = (retention: Retention) =>
  facts([
    ['of', nameOf(retention)],
    ...policyFacts(retention.policy),
    ['set', retention.set === null ? 'never: the default' : `${retention.set.time} by ${retention.set.by}`],
    ['time zone', retention.timeZone],
    ['marked', retention.marked],
    ['held', retention.held ? 'yes' : 'no'],
  ]);

function simulationText({
  snapshots,
  kept,
  removed,
  looseBytes,
  ahead,
  ...rest
}: RetentionSimulation): string {
  const list = table(
    ['TIME', 'STAYS AS', 'ID'],
    snapshots.map(({ time, reasons, id }) => [time, reasons.length === 0 ? '-' : reasons.join(', '), id]),
  );
  const later = table(
    ['BY', 'SNAPSHOTS', 'BACK TO'],
    ahead.map(({ time, snapshots: count, oldest }) => [time, count, oldest]),
  );
  const sums = facts([
    ...policyFacts(rest.policy),
    ['time zone', rest.timeZone],
    ['stay', `${kept.snapshots} snapshots, ${size(kept.bytes)}`],
    ['go', `${removed.snapshots} snapshots, ${size(removed.bytes)} only they use`],
    ['unused now', size(looseBytes)],
    ['worked out', `from ${rest.cost.trees} trees in ${rest.cost.durationMs} ms`],
  ]);
  return [list, '', sums, ...(ahead.length === 0 ? [] : ['', later])].join('\n');
}

const runText = ({ marked, unmarked, removed, pruned, waiting }: RetentionRun) =>
  [
    facts([
      ['marked', marked.length],
      ['unmarked', unmarked.length],
      ['removed', removed.length],
      ['freed', pruned === null ? 'nothing' : size(pruned.bytesFreed)],
    ]),
    ...(waiting ? ['The repository is in use; removal waits for the next run.'] : []),
  ].join('\n');

const marksText = (items: readonly RemovalMark[]) =>
  table(
    ['SNAPSHOT OF', 'OF', 'REMOVED FROM', 'BACKUPS BEFORE', 'ID'],
    items.map((mark) => [
      mark.snapshotTime,
      nameOf(mark),
      mark.removing ? 'being removed' : mark.removableAt,
      mark.backupsMissing,
      mark.snapshotId,
    ]),
  );

const holdsText = (items: readonly Hold[]) =>
  table(
    ['PLACED', 'BY', 'ON', 'LIFTED', 'REASON', 'ID'],
    items.map((hold) => [
      hold.placedAt,
      hold.placedBy ?? '',
      hold.snapshotId?.slice(0, 12) ?? `all of ${nameOf(hold)}`,
      hold.lifted?.time ?? '',
      hold.reason,
      hold.id,
    ]),
  );

const holdText = (hold: Hold) =>
  facts([
    ['id', hold.id],
    ['on', hold.snapshotId ?? `everything of ${nameOf(hold)}`],
    ['placed', `${hold.placedAt} by ${hold.placedBy ?? 'the system'}`],
    ['reason', hold.reason],
    ['lifted', hold.lifted === null ? 'no' : `${hold.lifted.time}: ${hold.lifted.reason}`],
  ]);
