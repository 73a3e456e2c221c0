import type { Command } from 'commander';
import { HoldfastError } from '../../../../shared/errors.ts';
import { serveConsole } from '../../console/serve-console.ts';
import { possibleAddresses, socketAddress } from '../../socket/address.ts';
import { requestLink } from '../../socket/request-link.ts';
import { serveSocket } from '../../socket/server.ts';
import { readAssets } from '../../window/assets.ts';
import { rendererFolder } from '../../window/renderer-folder.ts';
import { parsePort } from '../arguments/port.ts';
import { findUnlock, givenPassphrase } from '../credentials.ts';
import { openBrowser } from '../open-browser.ts';
import type { Run } from '../run.ts';

interface Options {
  readonly port?: number;
  readonly open?: boolean;
  readonly link?: boolean;
}

export function addServe(program: Command, run: Run): void {
  program
    .command('serve')
    .description('serve the console to browsers of this machine, and answer local commands, until stopped')
    .option('--port <number>', 'on this port instead of a free one', parsePort)
    .option('--open', 'open the console in the browser')
    .option('--link', 'print another link to the console that is being served already')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      if (options.link) {
        const link = await requestLink(possibleAddresses(run.dataFolder, run.terminal.environment));
        run.answer({ link }, { text: () => link });
      } else await serve(run, options).catch(offerLink);
    });
}

async function serve(run: Run, { port, open }: Options): Promise<void> {
  const { dataFolder, options, terminal } = run;
  const assets = readAssets(rendererFolder());
  const unlock = await findUnlock(options, terminal, await givenPassphrase(options, terminal));
  const address = socketAddress(dataFolder, terminal.environment);
  const { router, errors, clock, stop } = await run.core.enter({
    dataFolder,
    socketPath: address.path,
    unlock: unlock.passphrase === undefined && unlock.unlockFileSecret === undefined ? undefined : unlock,
  });
  try {
    const served = await serveConsole({ router, errors, clock, assets, dataFolder, port });
    try {
      const socket = await serveSocket(router, address, served);
      try {
        const link = served.newLink();
        const url = `http://127.0.0.1:${served.port}/`;
        const ready = { dataFolder, pid: process.pid, socket: address.path, url, link };
        run.answer(ready, { text: () => announcement(dataFolder, link) });
        if (open) void openBrowser(link, (line) => terminal.stderr.write(`${line}\n`));
        const stopAsking = linkOnEnter(run, () => served.newLink());
        await stopped(terminal.interrupted);
        stopAsking();
      } finally {
        await socket.close();
      }
    } finally {
      await served.close();
    }
  } finally {
    await stop();
  }
}

/** Whoever finds another process serving wanted the console, and that one has it. */
function offerLink(error: unknown): never {
  if (!(error instanceof HoldfastError) || error.code !== 'LOCKED') throw error;
  const offer = 'If it serves the console, `holdfast serve --link` prints another link to it.';
  throw new HoldfastError(error.code, `${error.message} ${offer}`, error.data, { cause: error });
}

/** A person at the terminal presses Enter for another link. */
function linkOnEnter({ options, terminal }: Run, newLink: () => string): () => void {
  const { stdin, stdout } = terminal;
  if (options.json || stdin.isTTY !== true) return () => {};
  const print = () => void stdout.write(`    ${newLink()}\n`);
  stdin.on('data', print);
  stdin.resume();
  return () => {
    stdin.off('data', print);
    stdin.pause();
  };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const help = `
The console is reached from this machine only. From another one, through a tunnel: ssh -L 4127:127.0.0.1:4127 HOST
and holdfast serve --port 4127 there; the link then works here.`;

const announcement = (folder: string, link: string) => `Holdfast serves ${folder}.

Open this link in a browser of this machine; it works once, within ten minutes:

    ${link}

Another link: press Enter here, or run \`holdfast serve --link\`. Stop with Ctrl-C.`;
