import { type Command, Option } from 'commander';
import { parseTargetFolder } from '../arguments/target-folder.ts';
import { choosePassphrase } from '../credentials.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly owner: string;
  readonly passphraseOnly?: boolean;
  readonly target?: string;
}

export function addInit(program: Command, run: Run): void {
  program
    .command('init')
    .description('set up a new installation and print its recovery key, once')
    .requiredOption('--owner <name>', 'name of the first operator')
    .addOption(new Option('--keychain', "keep the master key in the system's keychain (default)"))
    .addOption(
      new Option('--passphrase-only', 'no keychain: seal the master key under the passphrase').conflicts(
        'keychain',
      ),
    )
    .option('--target <folder>', 'where backups go (default: into the data folder)', (text) =>
      parseTargetFolder(text, run.terminal.workingFolder),
    )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast init --owner "Ada Obi" --target /mnt/backup --passphrase-file p.txt',
    )
    .action(async (options: Options) => {
      const ownerPassphrase = await choosePassphrase(run.options, run.terminal);
      const { suite, installationId, recoveryKey } = await run.core.initialise({
        dataFolder: run.dataFolder,
        ownerName: options.owner,
        ownerPassphrase,
        secrets: options.passphraseOnly ? 'passphrase' : 'keychain',
        ...(options.target === undefined ? {} : { target: options.target }),
      });
      await suite.stop();
      run.answer({ installationId, recoveryKey }, { text: () => welcome(run.dataFolder, recoveryKey) });
    });
}

const welcome = (folder: string, recoveryKey: string) => `The installation is ready in ${folder}.

Recovery key (shown only now; write it down and keep it away from this machine):

    ${recoveryKey}

With it everything can be recovered from the backups; without it and this machine, nothing can.
Next: holdfast tenant create --name "First tenant" --tier standard`;
