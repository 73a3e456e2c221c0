import type { Command } from 'commander';
import type { SigningKeyState } from '../../../../shared/contract/audit.ts';
import { facts } from '../output/text.ts';
import type { Run } from '../run.ts';

/** The key that signs checkpoints, and its replacement. */
export function addAuditKey(audit: Command, run: Run): void {
  audit
    .command('key')
    .description('the key that signs the log, for whoever checks it elsewhere')
    .action(() => run.operation((client) => client.audit.getSigningKey({}), { text: keyText }));

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
