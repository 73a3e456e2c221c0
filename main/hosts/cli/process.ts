import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Core } from './core.ts';
import { exitStatus } from './exit-status.ts';
import { main } from './main.ts';

/** The real core, loaded when a command first needs it, so that help is quick. */
const core: Core = {
  async initialise(options) {
    const { initialise } = await import('./enterprise-core.ts');
    return await initialise(options);
  },
  async recover(options) {
    const { recover } = await import('./enterprise-core.ts');
    return await recover(options);
  },
  async enter(options) {
    const { enter } = await import('./enterprise-core.ts');
    return await enter(options);
  },
  async open(options) {
    const { open } = await import('./enterprise-core.ts');
    return await open(options);
  },
};

/** Runs a command line in this process: its own, unless another is given. */
export async function runProcess(words: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.stdout.on('error', endQuietlyWithoutReader);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitStatus.interrupted);
      stop.abort();
    });
  }
  const { stdin, stdout, stderr, env: environment } = process;
  const terminal = {
    stdin,
    stdout,
    stderr,
    environment,
    workingFolder: process.cwd(),
    interrupted: stop.signal,
  };
  // until there is an answer: a process that ends before has failed
  process.exitCode = exitStatus.failed;
  process.exitCode = await main(words, terminal, core, version());
}

function endQuietlyWithoutReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitStatus.failed);
  throw error;
}

/** From package.json, which is one folder further up in a build. */
function version(): string {
  const [found] = ['../../../package.json', '../../../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .filter((file) => existsSync(file));
  if (!found) return 'unknown';
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(found, 'utf8'))).version;
}
