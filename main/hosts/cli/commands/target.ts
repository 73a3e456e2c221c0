import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type BackupTarget,
  type TargetMoved,
  type TargetMovePlan,
  type TargetSync,
  targetMoved,
  targetSync,
} from '../../../../shared/contract/backups/targets.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import type { HoldfastClient } from '../../../rpc/client.ts';
import { coverText, parseCover } from '../arguments/target-cover.ts';
import { usage } from '../failure.ts';
import { facts, size, table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { type PlaceOptions, placeOf } from '../target-address.ts';
import { findTargetCredentials } from '../target-credentials.ts';

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
    .description('copy backups to a further place as well')
    .argument('<address>', 'a folder that is there, s3:https://host/bucket/prefix or sftp://user@host/path')
    .requiredOption('--name <name>', 'what it is called')
    .option('--bytes-per-second <count>', 'no faster than this (default: as fast as it goes)')
    .option('--credentials-file <file>', 'JSON or lines of KEY=VALUE; for SFTP also a private key itself')
    .option('--for <whom>', forWords)
    .option('--region <region>', 'of an S3 bucket (default: us-east-1)')
    .option('--virtual-host', 'the S3 bucket stands before the host, not in the path')
    .option('--host-key <fingerprint>', 'of an SFTP server: SHA256:...; without it, the one it shows is told')
    .addHelpText('after', addExamples)
    .action(async (address: string, options: AddOptions) => {
      const { name, bytesPerSecond, credentialsFile } = options;
      const place = placeOf(address, options);
      const credentials =
        place.kind === 'folder'
          ? undefined
          : await findTargetCredentials(place.kind, credentialsFile, run.terminal);
      const limit = bytesPerSecond === undefined ? null : speedOf(bytesPerSecond);
      const covers = options.for === undefined ? undefined : parseCover(options.for);
      const input = { place, name, credentials, bytesPerSecond: limit, covers };
      await run.operation((client) => client.backups.addTarget(input), {
        text: (target) => targetsText([target]),
      });
    });

  group
    .command('update')
    .description(
      'change what a target is called, whose copies it has, how fast it may be, or what signs in to it',
    )
    .argument('<id>', 'id of the target')
    .option('--name <name>', 'what it is called')
    .option('--bytes-per-second <count>', 'no faster than this; none: as fast as it goes')
    .option('--credentials-file <file>', 'as with add; tried before they are kept')
    .option('--host-key <fingerprint>', 'of an SFTP server whose key was replaced')
    .option('--for <whom>', forWords)
    .option('--remove-others', 'remove the copies of others that lie there, with the next synchronisation')
    .action(async (targetId: string, options: UpdateOptions) => {
      const { name, bytesPerSecond, credentialsFile, hostKey, removeOthers } = options;
      const covers = options.for === undefined ? undefined : parseCover(options.for);
      const limit = bytesPerSecond === 'none' ? null : bytesPerSecond && speedOf(bytesPerSecond);
      await run.operation(
        async (client) => {
          const { items } = await client.backups.listTargets({});
          const kind = items.find(({ id }) => id === targetId)?.kind;
          const credentials =
            credentialsFile === undefined
              ? undefined
              : await findTargetCredentials(kind === 's3' ? 's3' : 'sftp', credentialsFile, run.terminal);
          return await client.backups.updateTarget({
            targetId,
            name,
            hostKey,
            credentials,
            covers,
            removeOthers,
            ...(limit === undefined || limit === '' ? {} : { bytesPerSecond: limit }),
          });
        },
        { text: (target) => targetsText([target]) },
      );
    });

  group
    .command('test')
    .description('write a file there, read it back and remove it')
    .argument('<id>', 'id of the target')
    .action((targetId: string) =>
      run.operation((client) => client.backups.testTarget({ targetId }), {
        text: ({ freeBytes, durationMs }) =>
          `Works: ${freeBytes === null ? '' : `${size(freeBytes)} free, `}${durationMs} ms.`,
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
    .command('move')
    .description(
      'write backups to another folder: every repository is copied there first, nothing is deleted',
    )
    .argument('[folder]', 'a folder that is there; empty, or one that held these backups before')
    .option('--data-folder', 'in its place: inside the data folder')
    .option('--plan', 'only tell what would be copied, or be lost')
    .option(
      '--lost',
      'the first target is lost for good: a further folder takes its place, with the copies it has',
    )
    .option('--detach', 'answer at once with the id of the job')
    .action(async (folder: string | undefined, { dataFolder, plan, lost, detach }: MoveOptions) => {
      if ((folder === undefined) === (dataFolder !== true)) throw usage('Name a folder, or --data-folder.');
      const path = folder === undefined ? null : resolve(folder);
      if (plan === true) {
        await run.operation((client) => client.backups.planTargetMove({ path }), { text: moveText });
        return;
      }
      await run.job((client) => client.backups.moveTarget({ path, lost }), {
        result: targetMoved,
        text: movedText,
        detach,
      });
    });

  group
    .command('remove')
    .description('copy nothing there any more; what was copied stays')
    .argument('<id>', 'id of the target')
    .option('--abandon', 'also where backups lie there alone: they are lost')
    .action((targetId: string, { abandon }: { abandon?: true }) =>
      run.operation((client) => client.backups.removeTarget({ targetId, abandon }), {
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
    ['NAME', 'STATE', 'FOR', 'BEHIND', 'SYNCED', 'ADDRESS', 'ID'],
    items.map((target) => [
      target.id === null ? '(first)' : target.name,
      stateText(target),
      target.id === null ? '' : coverText(target.covers),
      target.id === null ? '' : `${behind(target)} of ${target.lag.length}`,
      syncedText(target),
      target.address,
      target.id ?? '',
    ]),
  );

function stateText({
  state,
  sameDisk,
  errorCode,
  kept,
  formerRecoveryKey,
  standsIn,
  left,
}: BackupTarget): string {
  const words: string[] = [state === 'refused' && errorCode !== null ? `refused (${errorCode})` : state];
  if (sameDisk) words.push('same disk');
  if (formerRecoveryKey) words.push('still opened by the former recovery key');
  if (kept !== null) words.push(`keeps ${kept.files} removed files ${keptUntil(kept.until)}`);
  if (standsIn !== null)
    words.push(`stands in since ${standsIn.since}, backups only there: ${standsIn.snapshots}`);
  const stays = left.filter(({ goes }) => !goes).length;
  if (stays > 0) words.push(`copies no longer updated: ${stays}`);
  if (left.length > stays) words.push(`copies that go with the next sync: ${left.length - stays}`);
  return words.join(', ');
}

const keptUntil = (until: string | null) =>
  until === null ? 'until somebody may remove them' : `by object lock until ${until}`;

const behind = ({ lag }: BackupTarget) =>
  lag.filter(({ newest, newestCopied }) => newest !== newestCopied).length;

function syncedText({ id, lastSync }: BackupTarget): string {
  if (id === null) return '';
  if (lastSync === null) return 'never';
  return lastSync.errorCode === null ? lastSync.time : `${lastSync.time} ${lastSync.errorCode}`;
}

const syncText = ({ repositories, files, bytes, removed, leftovers }: TargetSync) =>
  facts([
    ['repositories', repositories],
    ['copied', `${files} files, ${size(bytes)}`],
    ['removed', `${removed} files`],
    ...(leftovers.files === 0
      ? []
      : [['swept', `${leftovers.files} leftovers of killed writes, ${size(leftovers.bytes)}`] as const]),
  ]);

const moveText = ({
  from,
  to,
  repositories,
  files,
  bytes,
  freeBytes,
  fits,
  sameDisk,
  lost,
}: TargetMovePlan) =>
  facts([
    ['from', lost === null ? from : `${from} (not there)`],
    ['to', sameDisk ? `${to} (on the disk of the data)` : to],
    ['repositories', repositories],
    ['to copy', `${files} files, ${size(bytes)}`],
    ['free there', fits ? size(freeBytes) : `${size(freeBytes)}: not enough`],
    ...(lost === null
      ? []
      : [
          ['lost', lostText(lost)] as const,
          ['from other targets', `${counted(lost.fromOthers, 'backup')}, before the next backup`] as const,
        ]),
  ]);

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

const lostText = ({ snapshots, held, tenants }: NonNullable<TargetMovePlan['lost']>) =>
  [
    `${counted(snapshots, 'backup')} that no target has which is there now`,
    ...(held === 0 ? [] : [`${held} of them under legal hold`]),
    ...(tenants === 0 ? [] : [`${counted(tenants, 'tenant')} without a backup until the next one`]),
  ].join('; ');

const movedText = ({ from, to, repositories, files, bytes, lost }: TargetMoved) =>
  facts([
    ['backups go to', to],
    ['repositories', repositories],
    ['copied', `${files} files, ${size(bytes)}`],
    ['left as it was', from],
    ...(lost === 0 ? [] : [['lost', counted(lost, 'backup')] as const]),
  ]);

const forWords = 'whose copies: all, installation, tier:enterprise or tenant:north,...';

const addExamples = `
Examples:
  holdfast backup target add /mnt/second --name second
  holdfast backup target add s3:https://s3.example.org/backups/holdfast --name bucket --credentials-file s3.json
  holdfast backup target add /mnt/north --name north --for tenant:north
  holdfast backup target add sftp://backup@nas.example.org/volume/holdfast --name nas --credentials-file id_ed25519

Credentials: {"accessKeyId": "...", "secretAccessKey": "..."} for S3, or the variables AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY; {"password": "..."} or {"privateKeyFile": "...", "passphrase": "..."} for SFTP.`;

interface MoveOptions {
  readonly dataFolder?: true;
  readonly plan?: true;
  readonly lost?: true;
  readonly detach?: boolean;
}
interface AddOptions extends PlaceOptions {
  readonly name: string;
  readonly bytesPerSecond?: string;
  readonly credentialsFile?: string;
  readonly for?: string;
}
type UpdateOptions = Partial<
  Pick<AddOptions, 'name' | 'bytesPerSecond' | 'credentialsFile' | 'hostKey' | 'for'>
> & { readonly removeOthers?: true };

/** Errors: USAGE. */
function speedOf(text: string): number {
  if (/^\d{4,12}$/.test(text)) return Number(text);
  throw usage('--bytes-per-second is a number from 1000.');
}
