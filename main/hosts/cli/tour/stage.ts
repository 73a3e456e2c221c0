import { spawn } from 'node:child_process';
import { HoldfastError } from '../../../../shared/errors.ts';

interface Expected {
  /** The exit status that the story calls for; 0 unless said. */
  readonly status?: number;
  /** How many lines of the output to show. */
  readonly lines?: number;
}

/** Runs real commands and prints each with its real, shortened output. */
export interface Stage {
  say(text: string): void;
  /** Answers everything the command printed on standard output. */
  holdfast(words: readonly string[], expected?: Expected): Promise<string>;
  /** Another program; undefined when it is not installed. */
  other(
    program: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv,
  ): Promise<string | undefined>;
}

interface Setting {
  readonly bin: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly interrupted: AbortSignal;
  readonly print: (text: string) => void;
}

const widest = 150;

export function stage({ bin, environment, interrupted, print }: Setting): Stage {
  const play = async (
    program: string,
    words: readonly string[],
    shown: string,
    expected: Expected,
    env = environment,
  ) => {
    print(`\n$ ${shown}`);
    const { status, stdout, stderr } = await run(program, words, env, interrupted);
    print(shortened(stdout === '' ? stderr : stdout, expected.lines ?? 12));
    if (status !== 0) print(`(exit status ${status})`);
    if (status !== (expected.status ?? 0)) {
      throw new HoldfastError(
        'INTERNAL',
        `The story called for exit status ${expected.status ?? 0}.\n${stderr}`,
      );
    }
    return stdout;
  };
  return {
    say: (text) => print(`\n## ${text}`),
    holdfast: (words, expected = {}) =>
      play(process.execPath, [bin, ...words], ['holdfast', ...words].map(quoted).join(' '), expected),
    async other(program, words, env) {
      try {
        const shown = [program, ...words].map(quoted).join(' ');
        return await play(program, words, shown, {}, { ...environment, ...env });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      parts.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      parts.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, ...parts }));
  });
}

function shortened(text: string, most: number): string {
  const lines = text.trimEnd().split('\n');
  const shown = lines
    .slice(0, most)
    .map((line) => (line.length > widest ? `${line.slice(0, widest - 1)}…` : line));
  const left = lines.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${left} more lines`] : [])].map((line) => `  ${line}`).join('\n');
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
