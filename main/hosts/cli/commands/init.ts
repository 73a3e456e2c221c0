import { type Command, Option } from 'commander';
import { parseTargetFolder } from '../arguments/target-folder.ts';
import { choosePassphrase } from '../credentials.ts';
import { exitStatus } from '../exit-status.ts';
import { toFailure } from '../failure.ts';
import { type NewFile, newFile } from '../new-file.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly owner: string;
  readonly passphraseOnly?: boolean;
  readonly target?: string;
  readonly recoveryKit?: string;
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
    .option('--recovery-kit <file>', 'write the recovery key, and how to use it, as a PDF for printing')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast init --owner "Ada Obi" --target /mnt/backup --recovery-kit kit.pdf --passphrase-file p.txt',
    )
    .action((options: Options) => initialise(options, run));
}

async function initialise(options: Options, run: Run): Promise<void> {
  const ownerPassphrase = await choosePassphrase(run.options, run.terminal);
  // before anything is made: a place that cannot be written is told while nothing depends on it
  const kit =
    options.recoveryKit === undefined ? undefined : await newFile(options.recoveryKit, run.terminal);
  const made = await run.core
    .initialise({
      dataFolder: run.dataFolder,
      ownerName: options.owner,
      ownerPassphrase,
      secrets: options.passphraseOnly ? 'passphrase' : 'keychain',
      ...(options.target === undefined ? {} : { target: options.target }),
    })
    .catch(async (error: unknown) => {
      await kit?.remove();
      throw error;
    });
  const { suite, installationId, recoveryKey } = made;
  let problem: string | undefined;
  try {
    if (kit !== undefined) problem = await fill(kit, made.recoveryKit);
  } finally {
    await suite.stop();
  }
  if (problem !== undefined) run.terminal.stderr.write(`The recovery kit could not be written: ${problem}\n`);
  // the key is answered even then: otherwise nobody would ever know it
  const written = kit === undefined || problem !== undefined ? {} : { recoveryKit: kit.path };
  run.answer(
    { installationId, recoveryKey, ...written },
    {
      text: () => welcome(run.dataFolder, recoveryKey, written.recoveryKit),
      status: () => (problem === undefined ? exitStatus.done : exitStatus.failed),
    },
  );
}

/** Answers what went wrong, if anything did. */
async function fill(kit: NewFile, make: () => Promise<Uint8Array>): Promise<string | undefined> {
  try {
    await kit.fill(await make());
    return undefined;
  } catch (error) {
    await kit.remove();
    return toFailure(error).message;
  }
}

const welcome = (folder: string, recoveryKey: string, kit: string | undefined) =>
  `The installation is ready in ${folder}.

Recovery key (shown only now; write it down and keep it away from this machine):

    ${recoveryKey}
${kit === undefined ? '' : `\nThe recovery kit is in ${kit}: print it twice, then delete the file.\n`}
With it everything can be recovered from the backups; without it and this machine, nothing can.
Next: holdfast tenant create --name "First tenant" --tier standard`;
