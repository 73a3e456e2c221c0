import { PassThrough, Readable } from 'node:stream';
import type { Core, OwnedSuite } from '../../main/hosts/cli/core.ts';
import { main } from '../../main/hosts/cli/main.ts';
import type { HoldfastRouter } from '../../main/rpc/router.ts';
import { systemClock } from '../../shared/clock.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly workingFolder?: string;
  readonly interrupted?: AbortSignal;
}

/** Runs one command line in this process, against a core that the test made. */
export async function runCommand(
  words: readonly string[],
  core: Core,
  { environment, input = '', workingFolder = '/somewhere', interrupted }: Surroundings = {},
): Promise<Outcome> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const terminal = {
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
    environment: environment ?? { HOLDFAST_PASSPHRASE: 'correct horse battery' },
    workingFolder,
    interrupted: interrupted ?? new AbortController().signal,
  };
  const status = await main(words, terminal, core, '0.0.0');
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { status, stdout: read(stdout), stderr: read(stderr) };
}

/** A folder that nobody else holds, with the router that a test made. */
export function ownedCore(router: HoldfastRouter): Core {
  const suite: OwnedSuite = { router, startSchedules() {}, stop: async () => {} };
  return {
    initialise: async () => ({
      suite,
      installationId: 'i',
      recoveryKey: 'KEY',
      recoveryKit: async () => Buffer.from('%PDF'),
    }),
    recover: () => Promise.reject(new Error('there is nothing to recover')),
    open: async () => suite,
    enter: async () => ({
      router,
      errors: { report() {} },
      clock: systemClock,
      noteSleep: async () => {},
      onAlert: () => {},
      stop: async () => {},
    }),
  };
}
