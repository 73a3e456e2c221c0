import type { Command } from 'commander';
import { recoveryKeyReplaced } from '../../../../shared/contract/suite.ts';
import { newFile } from '../new-file.ts';
import { facts } from '../output/text.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly keyFile: string;
  readonly recoveryKit?: string;
  readonly reason: string;
}

/** `holdfast recovery-key`. */
export function addRecoveryKey(program: Command, run: Run): void {
  const group = program
    .command('recovery-key')
    .description('what opens the backups when the machine is gone');

  group
    .command('show')
    .description('which recovery key is in force, by its fingerprint; the key itself is kept nowhere')
    .action(() =>
      run.operation(
        async (client) => {
          const { recoveryKeyFingerprint, recoveryKeyConfirmed, formerRecoveryKeyOpens } =
            await client.suite.getInstallation({});
          return {
            fingerprint: recoveryKeyFingerprint,
            confirmed: recoveryKeyConfirmed,
            formerOpens: formerRecoveryKeyOpens,
          };
        },
        {
          text: ({ fingerprint, confirmed, formerOpens }) =>
            facts([
              ['fingerprint', fingerprint],
              ['typed back', confirmed ? 'yes' : 'no'],
              [
                'former key',
                formerOpens ? 'may still open backups; finished at the next start' : 'opens nothing here',
              ],
            ]),
        },
      ),
    );

  group
    .command('replace')
    .description('make another recovery key; the present one opens nothing afterwards')
    .requiredOption('--key-file <file>', 'where the new key is written before anything changes; a new file')
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .option('--recovery-kit <file>', 'write the recovery kit of the new key as a PDF for printing')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast recovery-key replace --key-file new-key.txt --recovery-kit kit.pdf --reason "The old kit was lost"',
    )
    .action((options: Options) => replace(options, run));
}

/** The key is on the disk before it is in force, so that whatever happens in between, somebody has one that opens everything. */
async function replace({ keyFile, recoveryKit, reason }: Options, run: Run): Promise<void> {
  const file = await newFile(keyFile, run.terminal);
  const kit = recoveryKit === undefined ? undefined : await newFile(recoveryKit, run.terminal);
  let mayBeInForce = false;
  try {
    await run.jobs(
      async ({ client, finish }) => {
        const { recoveryKey } = await client.suite.prepareRecoveryKey({ reason });
        await file.fill(Buffer.from(`${recoveryKey}\n`));
        if (kit !== undefined) {
          const { pdf } = await client.suite.createRecoveryKit({ prepared: true });
          await kit.fill(Buffer.from(pdf, 'base64'));
        }
        const groups = recoveryKey.split('-').map((text, at) => ({ group: at + 1, text }));
        mayBeInForce = true;
        const replaced = await finish(
          await client.suite.replaceRecoveryKey({ groups, reason }),
          recoveryKeyReplaced,
        );
        return {
          ...replaced,
          keyFile: file.path,
          ...(kit === undefined ? {} : { recoveryKit: kit.path }),
        };
      },
      { text: (answer) => told(answer) },
    );
  } catch (error) {
    // a key that may be in force is worth more than a tidy folder
    if (!mayBeInForce) {
      await file.remove();
      await kit?.remove();
    }
    throw error;
  }
}

function told({
  fingerprint,
  repositories,
  keyFile,
  recoveryKit,
}: {
  readonly fingerprint: string;
  readonly repositories: number;
  readonly keyFile: string;
  readonly recoveryKit?: string;
}): string {
  return `${facts([
    ['fingerprint', fingerprint],
    ['repositories', repositories],
    ['key', keyFile],
    ...(recoveryKit === undefined ? [] : [['kit', recoveryKit] as [string, string]]),
  ])}

The former key opens nothing on the first target any more. Further targets follow with their next synchronisation
(holdfast backup target list). Put the new key on paper, away from this machine, delete its file, and destroy the old kit.`;
}
