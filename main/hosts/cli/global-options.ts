import { type Command, Option } from 'commander';

/** What every command takes. */
export interface GlobalOptions {
  readonly data?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly operator?: string;
  readonly passphraseFile?: string;
  readonly unlockFile?: string;
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('--data <folder>', "the installation's folder (HOLDFAST_DATA; default: the platform's)")
    .option('--json', 'one JSON document on standard output, nothing else there; never asks')
    .option('--quiet', 'no progress')
    .option('--operator <name>', 'who signs in; not needed while there is only one')
    .option('--passphrase-file <file>', 'holds the passphrase of the operator (or HOLDFAST_PASSPHRASE)')
    .addOption(
      new Option('--unlock-file <file>', 'opens an installation without a keychain (or HOLDFAST_UNLOCK)'),
    );
}
