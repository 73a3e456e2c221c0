import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Run } from '../run.ts';

/** What holdfast-verify.mjs does, in this process; it needs no installation. */
export function addVerifyBundle(program: Command, run: Run): void {
  const here = (file: string) => resolve(run.terminal.workingFolder, file);
  program
    .command('verify-bundle')
    .description(
      'check an exported audit log; exit status 2 when tampered, 3 when the key or a witness is missing',
    )
    .argument('<file>', 'a *.hfbundle.zip')
    .option('--key <key>', "the installation's verifier key, from the recovery kit or `holdfast audit key`")
    .option('--policy <file>', 'a C2SP tlog-policy: trusted keys, demanded witnesses')
    .action(async (file: string, { key, policy }: { key?: string; policy?: string }) => {
      const text = policy === undefined ? undefined : await readFile(here(policy), 'utf8');
      const { verifyBundle } = await import('../../../suite/verify-bundle.ts');
      const { reportText, reportStatus } = await import('../output/bundle-report.ts');
      const report = await verifyBundle(here(file), { key, policy: text });
      run.answer(report, { text: reportText, status: reportStatus });
    });
}
