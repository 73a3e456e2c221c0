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
  const { program, run } = createProgram(terminal, core, version);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return run.status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.done;
    const failure = isBareGroup(error)
      ? usage(`What about ${words.join(' ') || 'it'}? Add --help to see.`)
      : toFailure(error);
    printFailure(terminal, wantsJson(words), failure);
    return exitStatusOf(failure, terminal.interrupted.aborted);
  }
}

const isBareGroup = (error: unknown) => error instanceof CommanderError && error.code === 'commander.help';

/** Also where the words could not be understood. */
function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).includes('--json');
}
