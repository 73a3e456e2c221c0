import type { Command } from 'commander';
import { HoldfastError } from '../../../../shared/errors.ts';
import { socketAddress } from '../../socket/address.ts';
import { serveSocket } from '../../socket/server.ts';
import type { OwnedSuite } from '../core.ts';
import { findUnlock, givenPassphrase, mayAsk } from '../credentials.ts';
import { askSecretly } from '../prompt.ts';
import type { Run } from '../run.ts';

export function addServe(program: Command, run: Run): void {
  program
    .command('serve')
    .description('own the data folder and answer local commands until stopped')
    .addHelpText('after', '\nThe console in the browser is not part of this version yet.')
    .action(async () => {
      const folder = run.dataFolder;
      const suite = await open(run, folder);
      try {
        const address = socketAddress(folder, run.terminal.environment);
        const server = await serveSocket(suite.router, address);
        try {
          suite.startSchedules();
          const ready = { dataFolder: folder, pid: process.pid, socket: address.path };
          run.answer(ready, { text: () => announcement(folder, address.path) });
          await stopped(run.terminal.interrupted);
        } finally {
          await server.close();
        }
      } finally {
        await suite.stop();
      }
    });
}

/** With what was given; a person at the terminal is asked only when that does not open it. */
async function open(run: Run, folder: string): Promise<OwnedSuite> {
  const { options, terminal, core } = run;
  const attempt = async (passphrase: string | undefined) =>
    core.open({
      dataFolder: folder,
      unlock: await findUnlock(options, terminal, passphrase),
      waitMs: 30_000,
      socketPath: socketAddress(folder, terminal.environment).path,
    });
  const given = await givenPassphrase(options, terminal);
  try {
    return await attempt(given);
  } catch (error) {
    const sealed = error instanceof HoldfastError && error.code === 'UNAUTHENTICATED';
    if (!sealed || given !== undefined || !mayAsk(options, terminal)) throw error;
    return await attempt(await askSecretly(terminal, 'Passphrase: '));
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const announcement = (folder: string, socket: string) => `Holdfast owns ${folder}
and answers local commands on ${socket}.
Stop it with Ctrl-C. (The console in the browser is not part of this version yet.)`;
