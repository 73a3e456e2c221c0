import { type Command, Option } from 'commander';
import type { ControlRestore } from '../../../../shared/contract/backups/control-restore.ts';
import {
  type RestorePlan,
  type RestoreRecord,
  type RestoreWarning,
  restorePlan,
  restoreResult,
} from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { type Tier, tiers } from '../../../../shared/tiers.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { type Destination, parseDestination } from '../arguments/destination.ts';
import { parseTime } from '../arguments/time.ts';
import { usage } from '../failure.ts';
import { facts, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { addRestoreFind } from './restore-find.ts';
import { restoreWithReport, resultText } from './restore-report.ts';
import { targetIdOf } from './target.ts';

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
  readonly installation?: true;
}

interface SourceOptions {
  readonly tenant?: string;
  readonly installation?: true;
  readonly snapshot?: string;
  readonly at?: string;
  readonly fromTarget?: string;
  readonly to: Destination;
  readonly slug?: string;
  readonly tier?: Tier;
  readonly only?: readonly string[];
  readonly detach?: boolean;
}

export function addRestore(program: Command, run: Run): void {
  const group = program
    .command('restore')
    .description('bring data back; every restore in place can be undone');

  addSource(group.command('plan').description('say what a restore would do; changes nothing'), run).action(
    ({ detach, ...options }: SourceOptions) => {
      const source = toSource(options);
      return run.job(async (client) => client.backups.planRestore(await placed(client, source, options)), {
        result: restorePlan,
        text: planText,
        detach,
      });
    },
  );

  addRestoreFind(group, run);

  addSource(group.command('run').description('restore'), run)
    .requiredOption('--reason <text>', 'goes into the audit log')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast restore run --tenant acme --at -2h --to in-place --reason "deleted by mistake"',
    )
    .option('--report <file>', 'write what was restored, how far it was proved, by whom and why, as a PDF')
    .action(({ detach, reason, report, ...options }: SourceOptions & { reason: string; report?: string }) => {
      const source = { ...toSource(options), reason };
      const start = async (client: HoldfastClient) =>
        client.backups.restoreBackup(await placed(client, source, options));
      if (report === undefined) {
        return run.job(start, {
          result: restoreResult,
          text: resultText,
          detach,
        });
      }
      if (detach) throw usage('--report waits for the end of the restore, so it goes without --detach.');
      return restoreWithReport(run, start, report);
    });

  addPaging(group.command('list').description('restores in place, newest first, with what takes them back'))
    .option('--tenant <tenant>', 'those of this tenant')
    .option('--installation', "those of the installation's own data")
    .action((options: ListOptions) => {
      if (options.tenant !== undefined && options.installation !== undefined)
        throw usage('Give one of --tenant and --installation, or neither.');
      return run.operation((client) => client.backups.listRestores(options), {
        text: ({ items, next }) => pageText(restoresText(items), next),
      });
    });

  group
    .command('pending')
    .description(
      "tell of the newest restore of the installation's own data, which may wait for the next start",
    )
    .action(() =>
      run.operation((client) => client.backups.getControlRestore({}), {
        text: ({ restore }) => (restore === null ? 'There was none.' : controlText(restore)),
      }),
    );

  group
    .command('cancel')
    .description("cancel the restore of the installation's own data that waits for the next start")
    .requiredOption('--reason <text>', 'goes into the audit log')
    .action(({ reason }: { reason: string }) =>
      run.operation((client) => client.backups.cancelControlRestore({ reason }), {
        text: ({ restore }) => controlText(restore),
      }),
    );

  group
    .command('resume')
    .description(
      'go on with a restore that was cut off or failed; into a folder, what is there already stays',
    )
    .argument('<id>', 'id of its job')
    .option('--reason <text>', 'goes into the audit log', 'The restore was resumed.')
    .option('--detach', 'answer at once with the id of the job')
    .action((jobId: string, { reason, detach }: { reason: string; detach?: boolean }) =>
      run.job((client) => client.backups.resumeRestore({ jobId, reason }), {
        result: restoreResult,
        text: resultText,
        detach,
      }),
    );

  group
    .command('undo')
    .description('take back a restore in place')
    .argument('<id>', 'the undoId that the restore answered')
    .option('--reason <text>', 'goes into the audit log', 'The restore was undone.')
    .option('--detach', 'answer at once with the id of the job')
    .action((undoId: string, { reason, detach }: { reason: string; detach?: boolean }) =>
      run.job((client) => client.backups.undoRestore({ undoId, reason }), {
        result: restoreResult,
        text: resultText,
        detach,
      }),
    );
}

const restoresText = (items: readonly RestoreRecord[]) =>
  table(
    ['TIME', 'OF', 'SNAPSHOT', 'STATE', 'UNDO'],
    items.map(({ startedAt, tenantId, snapshotId, state, undoable, undoId }) => [
      startedAt,
      tenantId ?? 'installation',
      snapshotId.slice(0, 12),
      state,
      undoable ? undoId : null,
    ]),
  );

function controlText(restore: ControlRestore): string {
  const { restoreId, snapshotId, moment, state, askedAt, askedBy, endedAt, undoable, undoId } = restore;
  const needing = restore.needPassphrase.map((id) => ['needs a new passphrase', `operator ${id}`] as const);
  const text = facts([
    ['restore', restoreId],
    ['state', state],
    ['as of', moment],
    ['snapshot', snapshotId],
    ['asked', askedBy === null ? askedAt : `${askedAt} by ${plain(askedBy)}`],
    ...(endedAt === null ? [] : [['ended', endedAt] as const]),
    ...needing,
  ]);
  return undoable ? `${text}\nTake it back with: holdfast restore undo ${undoId}` : text;
}

function addSource(command: Command, run: Run): Command {
  return command
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own databases")
    .option(
      '--snapshot <id>',
      'id of the snapshot, or at least its first 8 digits; by default the newest backup',
    )
    .option('--from-target <target>', 'read the copy on a further target, by name or id')
    .option('--at <time>', 'as of the newest commit not later than this', (text) =>
      parseTime(text, Date.now()),
    )
    .requiredOption('--to <destination>', 'folder:DIR, tenant:NAME (a new tenant) or in-place', (text) =>
      parseDestination(text, run.terminal.workingFolder),
    )
    .option(
      '--only <part...>',
      "only COLLECTION, COLLECTION/ID, '$files' or '$files/NAME', in place or to a folder",
    )
    .option('--slug <slug>', 'of the new tenant; made from its name by default')
    .addOption(
      new Option('--tier <tier>', "of the new tenant; the backed-up one's by default").choices(tiers),
    )
    .option('--detach', 'answer at once with the id of the job');
}

function toSource({ tenant, installation, snapshot, at, to, only, slug, tier }: SourceOptions) {
  if ((tenant === undefined) === (installation === undefined)) {
    throw usage('Give one of --tenant and --installation.');
  }
  if (snapshot !== undefined && at !== undefined) throw usage('Give one of --snapshot and --at, or neither.');
  if (to.kind !== 'tenant' && (slug !== undefined || tier !== undefined)) {
    throw usage('--slug and --tier are those of a new tenant: give --to tenant:NAME.');
  }
  const more = { ...(slug === undefined ? {} : { slug }), ...(tier === undefined ? {} : { tier }) };
  return {
    ...(tenant === undefined ? {} : { tenant }),
    ...(installation === undefined ? {} : { installation }),
    ...(snapshot === undefined ? {} : { snapshotId: snapshot }),
    ...(at === undefined ? {} : { at }),
    ...(only === undefined ? {} : { only: [...only] }),
    destination: to.kind === 'tenant' ? { ...to, ...more } : to,
  };
}

async function placed<Source extends object>(
  client: HoldfastClient,
  source: Source,
  { fromTarget }: SourceOptions,
): Promise<Source & { readonly fromTargetId?: Uuid }> {
  return fromTarget === undefined
    ? source
    : { ...source, fromTargetId: await targetIdOf(client, fromTarget) };
}

function planText(plan: RestorePlan): string {
  const head = facts([
    ['snapshot', plan.snapshotId],
    ['taken', plan.snapshotTime],
    ...(plan.pointInTime === null ? [] : [['as of', plan.pointInTime] as const]),
    ['to', placeOf(plan.destination)],
    ...(plan.only === null ? [] : [['only', plan.only.join(' ')] as const]),
    ['rows', plan.rows],
    ['files', plan.files],
    ...(plan.referredFiles === 0
      ? []
      : [['of them', `${plan.referredFiles} because chosen documents refer to them`] as const]),
    ['size', size(plan.bytes)],
    ['free', size(plan.freeBytes)],
  ]);
  return [
    head,
    ...changesText(plan),
    ...accessText(plan),
    ...ownWarningsText(plan),
    ...plan.warnings.map((warning) => plain(`note: ${warningText(warning)}`)),
    ...plan.obstacles.map((obstacle) => plain(`! ${obstacle}`)),
  ].join('\n');
}

function changesText({ tenantId, destination, changes }: RestorePlan): string[] {
  if (changes.length === 0) return [];
  const header =
    destination.kind === 'folder'
      ? ['COMPARED WITH NOW', 'ONLY THEN', 'DIFFER', 'ONLY NOW', 'SAME']
      : [tenantId === null ? 'DATA' : 'COLLECTION', 'COME BACK', 'CHANGE', 'ARE LOST', 'STAY'];
  const rows = changes.map(({ collection, added, changed, lost, unchanged }) => [
    tenantId === null ? collection.replaceAll('-', ' ') : collection,
    added,
    changed,
    lost,
    unchanged,
  ]);
  return ['', table(header, rows)];
}

function accessText({ loseAccess }: RestorePlan): string[] {
  if (loseAccess === null) return [];
  const { operators, principals, apiKeys, tenants } = loseAccess;
  return [
    '',
    'What is not listed stays as it is now. Whoever had no access then, or lost it since, has none afterwards:',
    facts([
      ['operators', operators],
      ['users and bots', principals],
      ['API keys', apiKeys],
      ['tenants', tenants],
    ]),
  ];
}

function ownWarningsText({ needPassphrase, overQuota }: RestorePlan): string[] {
  return [
    ...needPassphrase.map(
      (id) =>
        `note: operator ${id} gets access again and needs a new passphrase: holdfast operator passphrase ${id}`,
    ),
    ...overQuota.map(({ tenantId, tier, quota, used, limit }) => {
      const [of, allowed] = quota === 'storageBytes' ? [size(used), size(limit)] : [used, limit];
      const what = quota === 'storageBytes' ? 'of storage' : quota;
      return `note: tenant ${tenantId} has ${of} ${what}, and ${allowed} are allowed with the tier ${tier} that it would have again`;
    }),
  ];
}

function warningText({ kind, subject, count, examples }: RestoreWarning): string {
  const named = examples.length === 0 ? '' : `, such as ${examples.join(', ')}`;
  const texts: Record<RestoreWarning['kind'], string> = {
    'network-folder': `the folder lies on another machine (${subject}): it is slower, and others may reach it`,
    'synced-folder': `${subject} copies this folder elsewhere, with everything that is restored into it`,
    'open-folder': 'other users of this machine may look into the folder above it',
    'names-refused': `${count} files have names that this disk does not take; they lie in files-by-content${named}`,
    'names-collide': `${count} files differ from others by the case of their names only; they lie in files-by-content${named}`,
    'paths-too-long': `${count} files have paths that are too long here; they lie in files-by-content${named}`,
  };
  return texts[kind];
}

function placeOf(destination: RestorePlan['destination']): string {
  switch (destination.kind) {
    case 'folder':
      return destination.path;
    case 'tenant':
      return `a new tenant, ${destination.name}`;
    case 'in-place':
      return 'in place';
  }
}
