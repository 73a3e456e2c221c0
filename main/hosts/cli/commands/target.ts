import type { Command } from 'commander';
import {
  type BackupTarget,
  type TargetSync,
  targetSync,
} from '../../../../shared/contract/backups/targets.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
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

/** The id of a further target that is named by it, or by its name. Fails as wrong usage where there is none. */
export async function targetIdOf(client: HoldfastClient, reference: string): Promise<Uuid> {
  const { items } = await client.backups.listTargets({});
  const found = items.find(({ id, name }) => id !== null && (id === reference || name === reference));
  if (found === undefined || found.id === null) {
    throw usage(`There is no further target ${reference}; backup target list shows them.`);
  }
  return found.id;
}

const targetsText = (items: readonly BackupTarget[]) =>
  table(
    ['NAME', 'STATE', 'BEHIND', 'SYNCED', 'PATH', 'ID'],
    items.map((target) => [
      target.id === null ? '(first)' : target.name,
      target.sameDisk ? `${target.state}, same disk` : target.state,
      target.id === null ? '' : `${behind(target)} of ${target.lag.length}`,
      syncedText(target),
      target.path,
      target.id ?? '',
    ]),
  );

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
