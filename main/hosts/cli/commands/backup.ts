import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { folderBackupResult } from '../../../../shared/contract/backups/folders.ts';
import {
  type BackupResult,
  backupResult,
  backupVerification,
  type Snapshot,
} from '../../../../shared/contract/backups.ts';
import { uuid } from '../../../../shared/contract/values.ts';
import { validationLevels } from '../../../../shared/states.ts';
import { exitStatus } from '../exit-status.ts';
import { usage } from '../failure.ts';
import { facts, pageText, plain, size, table } from '../output/text.ts';
import { addPaging, type PagingOptions } from '../paging.ts';
import type { Run } from '../run.ts';
import { addDrill } from './backup-drill.ts';
import { addBackupFolder, folderSnapshotsText } from './backup-folder.ts';
import { addForecast } from './backup-forecast.ts';
import { addForget } from './backup-forget.ts';
import { addProtection } from './backup-protection.ts';
import { addHealed, addRepair } from './backup-repair.ts';
import { addTimeline } from './backup-timeline.ts';
import { addHold, addRetention } from './retention.ts';
import { addSchedule } from './schedule.ts';
import { addTarget, targetIdOf } from './target.ts';

interface Scope {
  readonly tenant?: string;
  readonly installation?: true;
  readonly all?: true;
}

interface Verification {
  readonly tenant?: string;
  readonly installation?: true;
  readonly snapshot?: string;
  readonly target?: string;
  readonly level?: (typeof validationLevels)[number];
  readonly detach?: boolean;
}

export function addBackup(program: Command, run: Run): void {
  const group = program.command('backup').description('snapshots that restic can read as well');

  group
    .command('run')
    .description('take a backup now')
    .option('--tenant <tenant>', 'of one tenant, by id or slug')
    .option('--installation', "of the installation's own databases")
    .option('--all', 'of every tenant and the installation')
    .option('--folder <id>', 'of one protected folder only')
    .option('--full', 'a new base: read every page again')
    .option('--detach', 'answer at once with the id of the job')
    .addHelpText('after', '\nExample:\n  holdfast backup run --all')
    .action(
      ({
        tenant,
        installation,
        all,
        full,
        folder,
        detach,
      }: Scope & { full?: boolean; folder?: string; detach?: boolean }) => {
        if (folder !== undefined) return backUpFolder(folder, detach);
        const scope = { tenant, installation, all };
        if (Object.values(scope).filter((value) => value !== undefined).length !== 1) {
          throw usage('Give one of --tenant, --installation, --all.');
        }
        return run.job(
          (client) => client.backups.createBackup({ scope, kind: full ? 'full' : 'incremental' }),
          {
            result: backupResult,
            text: backupText,
            detach,
          },
        );
      },
    );

  addPaging(group.command('list').description('list snapshots, newest first'))
    .option('--tenant <tenant>', 'id or slug of the tenant')
    .option('--installation', "the installation's own")
    .action((options: PagingOptions & { tenant?: string; installation?: true }) =>
      run.operation((client) => client.backups.getBackupHistory(options), {
        text: ({ items, next }) => pageText(snapshotsText(items), next),
      }),
    );

  group
    .command('show')
    .description('what a snapshot holds')
    .argument('<id>', 'id of the snapshot, or at least its first 8 digits')
    .action((snapshotId: string) =>
      run.operation((client) => client.backups.getSnapshot({ snapshotId }), {
        text: ({ collections, databases, files, ...snapshot }) =>
          [
            snapshotText(snapshot, [['files', files]]),
            '',
            table(
              ['COLLECTION', 'ROWS'],
              collections.map(({ collection, rows }) => [collection, rows]),
            ),
            '',
            table(
              ['DATABASE', 'SIZE', 'PAGES'],
              databases.map((database) => [database.name, size(database.bytes), database.pages]),
            ),
          ].join('\n'),
      }),
    );

  addVerify(group, run);
  addRepair(group, run);
  addHealed(group, run);
  addForget(group, run);
  addRetention(group, run);
  addHold(group, run);
  addSchedule(group, run);
  addTarget(group, run);
  addDrill(group, run);
  addProtection(group, run);
  addTimeline(group, run);
  addForecast(group, run);
  addBackupFolder(group, run);

  function backUpFolder(folder: string, detach: boolean | undefined) {
    const parsed = uuid.safeParse(folder);
    if (!parsed.success)
      throw usage('--folder takes the id of a protected folder: see `backup folder list`.');
    return run.job((client) => client.backups.backUpFolder({ folderId: parsed.data }), {
      result: folderBackupResult,
      text: ({ folders }) => folderSnapshotsText(folders),
      detach,
    });
  }
}

function addVerify(group: Command, run: Run): void {
  group
    .command('verify')
    .description('check snapshots; exit status 2 when one is damaged')
    .option('--tenant <tenant>', 'those of one tenant (default: all)')
    .option('--installation', "the installation's own")
    .option('--snapshot <id>', 'only this one')
    .option('--target <target>', 'the copies on this further target, by name or id')
    .addOption(
      new Option(
        '--level <level>',
        'from 0, the lists, to 4, a restore with every row compared (of an incremental one of the installation, those of its base)',
      )
        .choices(validationLevels.map(String))
        .argParser((text) => parseLevel(text)),
    )
    .option('--detach', 'answer at once with the id of the job')
    .action(({ snapshot, target, detach, ...options }: Verification) =>
      run.job(
        async (client) =>
          client.backups.verifyBackupIntegrity({
            ...options,
            ...(snapshot === undefined ? {} : { snapshotId: snapshot }),
            ...(target === undefined ? {} : { targetId: await targetIdOf(client, target) }),
          }),
        {
          result: backupVerification,
          text: verificationText,
          status: ({ ok }) => (ok ? exitStatus.done : exitStatus.integrity),
          detach,
        },
      ),
    );
}

function parseLevel(text: string): (typeof validationLevels)[number] {
  const level = validationLevels.find((candidate) => String(candidate) === text);
  if (level === undefined) throw usage(`--level is one of ${validationLevels.join(', ')}.`);
  return level;
}

const backupText = ({ snapshots, folders, wroteTo }: BackupResult) =>
  [
    snapshotsText(snapshots),
    ...(folders.length === 0 ? [] : [folderSnapshotsText(folders)]),
    ...(wroteTo.length === 0
      ? []
      : [
          `Written to ${wroteTo.map(({ name }) => name).join(', ')}, since the first target is away. The next backup after it is back brings this one there.`,
        ]),
  ].join('\n\n');

const snapshotsText = (items: readonly Snapshot[]) =>
  table(
    ['TIME', 'OF', 'KIND', 'ADDED', 'VERIFIED', 'ID'],
    items.map((item) => [
      item.time,
      item.tenantId ?? 'installation',
      item.safety ? `${item.kind} (safety)` : item.kind,
      size(item.bytesAdded),
      item.verified === null ? 'not yet' : `level ${item.verified.level}`,
      item.id,
    ]),
  );

const snapshotText = (snapshot: Snapshot, more: readonly (readonly [string, number])[]) =>
  facts([
    ['id', snapshot.id],
    ['time', snapshot.time],
    ['of', snapshot.tenantId ?? 'installation'],
    ['kind', snapshot.kind],
    ['repository', snapshot.repository],
    ['added', size(snapshot.bytesAdded)],
    ['verified', snapshot.verified === null ? 'not yet' : `level ${snapshot.verified.level}`],
    ...more,
  ]);

function verificationText({
  target,
  level,
  ok,
  snapshots,
  problems,
}: z.infer<typeof backupVerification>): string {
  const head = facts([
    ...(target === null ? [] : [['target', target] as const]),
    ['level', level],
    ['ok', ok ? 'yes' : 'no'],
    ['snapshots', snapshots.length],
  ]);
  return [
    head,
    ...problems.map(({ snapshotId, reason }) => plain(`! ${snapshotId ?? 'repository'}: ${reason}`)),
  ].join('\n');
}
