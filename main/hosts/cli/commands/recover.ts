import { type Command, Option } from 'commander';
import { parseTargetFolder } from '../arguments/target-folder.ts';
import type { Recovery, RecoveryProgress } from '../core.ts';
import { findPassphrase, readSecretFile } from '../credentials.ts';
import { type ProgressDisplay, progressDisplay } from '../output/progress.ts';
import { plain, table } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly target: string;
  readonly recoveryKeyFile: string;
  readonly passphraseOnly?: boolean;
}

export function addRecover(program: Command, run: Run): void {
  program
    .command('recover')
    .description('rebuild a lost installation from its backup folder and the recovery key')
    .addOption(
      new Option('--target <folder>', 'where the backups lie, as given to `holdfast init`')
        .argParser((text: string) => parseTargetFolder(text, run.terminal.workingFolder))
        .makeOptionMandatory(),
    )
    .requiredOption('--recovery-key-file <file>', 'holds the recovery key as printed')
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
      const display = progressDisplay(terminal, run.options.quiet === true);
      const recovery = await run.core
        .recover({
          dataFolder: run.dataFolder,
          target: options.target,
          recoveryKey,
          secrets: options.passphraseOnly ? 'passphrase' : 'keychain',
          ...(options.passphraseOnly ? { credentials: await credentialsOf(run) } : {}),
          progress: shownBy(display),
          signal: terminal.interrupted,
        })
        .finally(() => display.end());
      run.answer(recovery, { text: (answer) => told(run.dataFolder, answer) });
    });
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

function told(folder: string, { tenants, time, lost, warnings }: Recovery): string {
  const rows = tenants.map(({ tenantId, name, time: of, rows: count }) => [
    tenantId,
    plain(name),
    of ?? 'not recovered',
    count,
  ]);
  return `The installation is back in ${folder}, as of ${time}.

${table(['Tenant', 'Name', 'As of', 'Rows'], rows)}

Lost of the audit log: at least ${lost.entries} entries.
${warnings.map((warning) => `Warning: ${plain(warning)}\n`).join('')}
Next: holdfast audit verify, then holdfast backup run --all`;
}
