import type { Command } from 'commander';
import type { Run } from '../run.ts';

/** What shows to a stranger that one entry is in its log. */
export function addAuditProof(audit: Command, run: Run): void {
  audit
    .command('proof')
    .description('a proof that one entry is in its log, in the form of C2SP tlog-proof')
    .argument('<event>', 'id of the entry, as `audit list --json` has it')
    .addHelpText('after', '\nExample:\n  holdfast audit proof EVENT > entry.tlog-proof')
    .action((eventId: string) =>
      run.operation((client) => client.audit.getAuditProof({ eventId }), {
        text: ({ proof }) => proof.trimEnd(),
      }),
    );
}
