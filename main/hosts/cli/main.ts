import { CommanderError } from 'commander';
import type { Core } from './core.ts';
import { exitStatus, exitStatusOf } from './exit-status.ts';
import { toFailure, usage } from './failure.ts';
import { printFailure } from './output/answer.ts';
import { createProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without the program's own name) and answers its exit status. Throws nothing. */
export async function main(
  words: readonly string[],
  terminal: Terminal,
  core: Core,
  version: string,
): Promise<number> {
  const { program, run, helpMeantForStderr } = createProgram(terminal, core, version);
  const json = wantsJson(words);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return run.status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.done;
    if (isBareGroup(error) && !json) {
      terminal.stderr.write(helpMeantForStderr());
      return exitStatus.usage;
    }
    const failure = isBareGroup(error) ? usage('A command is missing. --help lists them.') : toFailure(error);
    printFailure(terminal, json && !run.answered, failure);
    return exitStatusOf(failure, terminal.interrupted.aborted);
  }
}

const isBareGroup = (error: unknown) => error instanceof CommanderError && error.code === 'commander.help';

/** Also where the words could not be understood. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).includes('--json');
}
