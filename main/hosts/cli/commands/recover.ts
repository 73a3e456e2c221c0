import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTargetFolder } from '../arguments/target-folder.ts';
import { parseTime } from '../arguments/time.ts';
import type { Recovery, RecoveryProgress } from '../core.ts';
import { findPassphrase, readSecretFile } from '../credentials.ts';
import { usage } from '../failure.ts';
import { type ProgressDisplay, progressDisplay } from '../output/progress.ts';
import { plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';
import { type PlaceOptions, placeOf } from '../target-address.ts';
import { findTargetCredentials } from '../target-credentials.ts';

interface Options extends PlaceOptions {
  readonly target: string;
  readonly backupsTo?: string;
  readonly credentialsFile?: string;
  readonly recoveryKeyFile: string;
  readonly passphraseOnly?: boolean;
  readonly at?: string;
}

export function addRecover(program: Command, run: Run): void {
  program
    .command('recover')
    .description('rebuild a lost installation from its backup folder and the recovery key')
    .addOption(
      new Option(
        '--target <address>',
        'where the backups lie: the folder given to `holdfast init`, or a further target: a folder, s3:... or sftp://...',
      ).makeOptionMandatory(),
    )
    .option(
      '--backups-to <folder>',
      'with s3: and sftp: the folder they are brought to, the first target from then on',
    )
    .option('--credentials-file <file>', 'with s3: and sftp:, as with `holdfast backup target add`')
    .option('--region <region>', 'of an S3 bucket (default: us-east-1)')
    .option('--virtual-host', 'the S3 bucket stands before the host, not in the path')
    .option('--host-key <fingerprint>', 'of an SFTP server: SHA256:...; without it, the one it shows is told')
    .requiredOption('--recovery-key-file <file>', 'holds the recovery key as printed')
    .option(
      '--at <time>',
      'operators, tenants, keys and data as of the newest commit not later than this (default: the newest state)',
      (text) => parseTime(text, Date.now()),
    )
    .addOption(new Option('--keychain', "keep the master key in the system's keychain (default)"))
    .addOption(
      new Option(
        '--passphrase-only',
        'no keychain: seal the master key under the passphrase of --operator, who has to be one of the installation',
      ).conflicts('keychain'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast recover --target /mnt/backup --recovery-key-file key.txt --data /srv/holdfast',
    )
    .action(async (options: Options) => {
      const { terminal } = run;
      const recoveryKey = await readSecretFile(options.recoveryKeyFile, terminal.workingFolder);
      const source = await sourceOf(options, run);
      const display = progressDisplay(terminal, run.options.quiet === true);
      const recovery = await run.core
        .recover({
          dataFolder: run.dataFolder,
          ...source,
          recoveryKey,
          at: options.at,
          secrets: options.passphraseOnly ? 'passphrase' : 'keychain',
          ...(options.passphraseOnly ? { credentials: await credentialsOf(run) } : {}),
          progress: shownBy(display),
          signal: terminal.interrupted,
        })
        .finally(() => display.end());
      run.answer(recovery, { text: (answer) => told(run.dataFolder, answer) });
    });
}

/** Errors: USAGE. */
async function sourceOf(options: Options, { terminal }: Run) {
  const { target: address, backupsTo, credentialsFile } = options;
  const place = placeOf(address, options);
  if (place.kind === 'folder') return { target: targetFolder(address, terminal.workingFolder) };
  if (backupsTo === undefined) {
    throw usage(
      'Name with --backups-to the folder that the backups are brought to; it is their place from then on.',
    );
  }
  const credentials = await findTargetCredentials(place.kind, credentialsFile, terminal);
  if (credentials === undefined) throw usage('Name the credentials of the target with --credentials-file.');
  return { target: targetFolder(backupsTo, terminal.workingFolder), remote: { place, credentials } };
}

/** Errors: USAGE. */
function targetFolder(text: string, workingFolder: string): string {
  try {
    return parseTargetFolder(text, workingFolder);
  } catch (error) {
    throw error instanceof InvalidArgumentError ? usage(error.message) : error;
  }
}

async function credentialsOf({ options, terminal }: Run) {
  return { name: options.operator, passphrase: await findPassphrase(options, terminal) };
}

function shownBy(display: ProgressDisplay): RecoveryProgress {
  let shown = { kind: 'recover', phase: '', done: 0, total: null as number | null, unit: 'bytes' };
  let at = 0;
  return {
    phase(phase, total, unit) {
      shown = { ...shown, phase, done: 0, total, unit };
      display.show(shown);
    },
    advance(by) {
      shown = { ...shown, done: shown.done + by };
      if (performance.now() - at < 250) return;
      at = performance.now();
      display.show(shown);
    },
  };
}

function told(folder: string, { tenants, time, asOf, lost, warnings }: Recovery): string {
  const rows = tenants.map(({ tenantId, name, time: of, rows: count }) => [
    tenantId,
    plain(name),
    of ?? 'not recovered',
    count,
  ]);
  const when = asOf === null ? time : `${asOf}, with the audit log of ${time}`;
  return `The installation is back in ${folder}, as of ${when}.

${table(['Tenant', 'Name', 'As of', 'Rows'], rows)}

Lost of the audit log: at least ${lost.entries} entries.
${warnings.map((warning) => `Warning: ${plain(warning)}\n`).join('')}
Next: holdfast audit verify, then holdfast backup run --all`;
}
