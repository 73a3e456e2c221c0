import type { Command } from 'commander';
import {
  type BackupTarget,
  type TargetSync,
  targetSync,
} from '../../../../shared/contract/backups/targets.ts';
import { usage } from '../failure.ts';
import { facts, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';

/** `holdfast backup target`. */
export function addTarget(backup: Command, run: Run): void {
  const group = backup
    .command('target')
    .description('where backups go: the first target, and further copies');

  group
    .command('list')
    .description('targets, and how far each copy is behind')
    .action(() =>
      run.operation((client) => client.backups.listTargets({}), { text: ({ items }) => targetsText(items) }),
    );

  group
    .command('add')
    .description('copy backups to a further folder as well')
    .argument('<path>', 'absolute path of a folder that is there, on another disk')
    .requiredOption('--name <name>', 'what it is called')
    .option('--bytes-per-second <count>', 'no faster than this (default: as fast as it goes)')
    .addHelpText('after', '\nExample:\n  holdfast backup target add /mnt/second --name second')
    .action((path: string, { name, bytesPerSecond }: { name: string; bytesPerSecond?: string }) => {
      if (bytesPerSecond !== undefined && !/^\d{4,12}$/.test(bytesPerSecond)) {
        throw usage('--bytes-per-second is a number from 1000.');
      }
      const limit = bytesPerSecond === undefined ? null : Number(bytesPerSecond);
      return run.operation((client) => client.backups.addTarget({ path, name, bytesPerSecond: limit }), {
        text: (target) => targetsText([target]),
      });
    });

  group
    .command('test')
    .description('write a file there, read it back and remove it')
    .argument('<id>', 'id of the target')
    .action((targetId: string) =>
      run.operation((client) => client.backups.testTarget({ targetId }), {
        text: ({ freeBytes, durationMs }) => `Works: ${size(freeBytes)} free, ${durationMs} ms.`,
      }),
    );

  group
    .command('sync')
    .description('copy what is missing there')
    .argument('<id>', 'id of the target')
    .option('--detach', 'answer at once with the id of the job')
    .action((targetId: string, { detach }: { detach?: boolean }) =>
      run.job((client) => client.backups.syncTarget({ targetId }), {
        result: targetSync,
        text: syncText,
        detach,
      }),
    );

  group
    .command('remove')
    .description('copy nothing there any more; what was copied stays')
    .argument('<id>', 'id of the target')
    .action((targetId: string) =>
      run.operation((client) => client.backups.removeTarget({ targetId }), {
        text: () =>
          'Nothing is copied there any more. What was copied stays; delete it by hand if nobody needs it.',
      }),
    );
}

const targetsText = (items: readonly BackupTarget[]) =>
  table(
    ['NAME', 'STATE', 'BEHIND', 'SYNCED', 'PATH', 'ID'],
    items.map((target) => [
      target.id === null ? '(first)' : target.name,
      stateText(target),
      target.id === null ? '' : `${behind(target)} of ${target.lag.length}`,
      syncedText(target),
      target.path,
      target.id ?? '',
    ]),
  );

function stateText({ state, sameDisk, formerRecoveryKey }: BackupTarget): string {
  const notes = [sameDisk && 'same disk', formerRecoveryKey && 'still opened by the former recovery key'];
  return [state, ...notes.filter(Boolean)].join(', ');
}

const behind = ({ lag }: BackupTarget) =>
  lag.filter(({ newest, newestCopied }) => newest !== newestCopied).length;

function syncedText({ id, lastSync }: BackupTarget): string {
  if (id === null) return '';
  if (lastSync === null) return 'never';
  return lastSync.errorCode === null ? lastSync.time : `${lastSync.time} ${lastSync.errorCode}`;
}

const syncText = ({ repositories, files, bytes, removed }: TargetSync) =>
  facts([
    ['repositories', repositories],
    ['copied', `${files} files, ${size(bytes)}`],
    ['removed', `${removed} files`],
  ]);
