import { Command } from 'commander';
import { addAudit } from './commands/audit.ts';
import { addBackup } from './commands/backup.ts';
import { addBreach } from './commands/breach.ts';
import { addCall } from './commands/call.ts';
import { addData } from './commands/data.ts';
import { addFiles } from './commands/files.ts';
import { addInit } from './commands/init.ts';
import { addJob } from './commands/job.ts';
import { addKey } from './commands/key.ts';
import { addOperator } from './commands/operator.ts';
import { addPrincipal } from './commands/principal.ts';
import { addRecover } from './commands/recover.ts';
import { addRecoveryKey } from './commands/recovery-key.ts';
import { addReport } from './commands/report.ts';
import { addRestore } from './commands/restore.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addSubject } from './commands/subject.ts';
import { addTenant } from './commands/tenant.ts';
import { addVerifyBundle } from './commands/verify-bundle.ts';
import type { Core } from './core.ts';
import { addGlobalOptions, type GlobalOptions } from './global-options.ts';
import { Run } from './run.ts';
import type { Terminal } from './terminal.ts';

const exits = `
Exit status: 0 done, 1 failed, 2 integrity failure or tampering found, 3 incomplete or waiting for an approval,
64 wrong usage, 130 interrupted.`;

/** The whole command line; errors are thrown, never printed, so that one place decides their form. */
export function createProgram(terminal: Terminal, core: Core, version: string) {
  let help = '';
  const program = addGlobalOptions(new Command('holdfast'))
    .description('Tenants, access, a tamper-evident audit log, backups that restore.')
    .version(version)
    .addHelpText('after', exits)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => {
        help += text;
      },
      outputError: () => {},
    })
    .exitOverride();
  const run = new Run(terminal, core, () => program.opts<GlobalOptions>());
  const groups = [
    addInit,
    addStatus,
    addServe,
    addTenant,
    addOperator,
    addPrincipal,
    addSubject,
    addData,
    addFiles,
    addKey,
    addAudit,
    addBreach,
    addReport,
    addVerifyBundle,
    addBackup,
    addRestore,
    addRecover,
    addRecoveryKey,
    addJob,
    addCall,
  ];
  for (const add of groups) add(program, run);
  return { program, run, helpMeantForStderr: () => help };
}
