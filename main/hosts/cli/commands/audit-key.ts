import type { Command } from 'commander';
import type { SigningKeyState } from '../../../../shared/contract/audit.ts';
import { facts } from '../output/text.ts';
import type { Run } from '../run.ts';

/** The key that signs checkpoints, its replacement, and taking over a log that does not fit its anchor. */
export function addAuditKey(audit: Command, run: Run): void {
  audit
    .command('key')
    .description('the key that signs the log, for whoever checks it elsewhere')
    .action(() => run.operation((client) => client.audit.getSigningKey({}), { text: keyText }));

  audit
    .command('acknowledge')
    .description('take a log that does not fit its anchor from here on; the log says who did, and why')
    .requiredOption('--reason <text>', 'what happened, as far as it is known; kept in the log')
    .action((options: { reason: string }) =>
      run.operation((client) => client.audit.acknowledgeAuditState(options), {
        text: ({ anchored, found }) =>
          facts([
            ['anchored', `${anchored} entries`],
            ['found', `${found} entries`],
          ]),
      }),
    );

  audit
    .command('rotate-key')
    .description('let a new key sign from now on, and destroy the former private key')
    .requiredOption('--reason <text>', 'why; kept in the log')
    .action((options: { reason: string }) =>
      run.operation((client) => client.audit.rotateSigningKey(options), { text: keyText }),
    );
}

const keyText = ({ name, key, createdAt, dueAt, former }: SigningKeyState) =>
  facts([
    ['name', name],
    ['key', key],
    ['since', createdAt],
    ['replaced by', dueAt],
    ...former.map((each) => ['before it', each] as const),
  ]);
