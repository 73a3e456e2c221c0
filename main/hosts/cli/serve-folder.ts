import { serveConsole } from '../console/serve-console.ts';
import { socketAddress } from '../socket/address.ts';
import { serveSocket } from '../socket/server.ts';
import { readAssets } from '../window/assets.ts';
import { rendererFolder } from '../window/renderer-folder.ts';
import { findUnlock, givenPassphrase } from './credentials.ts';
import { openBrowser } from './open-browser.ts';
import type { Run } from './run.ts';

export interface ServeOptions {
  /** A free one where it is left out. */
  readonly port?: number;
  /** Open the console in the browser. */
  readonly open?: boolean;
}

/** Owns the folder and answers browsers and local commands until stopped. LOCKED when another process owns it. */
export async function serveFolder(run: Run, { port, open }: ServeOptions): Promise<void> {
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

const announcement = (folder: string, link: string) => `Holdfast serves ${folder}.

Open this link in a browser of this machine; it works once, within ten minutes:

    ${link}

Another link: press Enter here, or run \`holdfast serve --link\`. Stop with Ctrl-C.`;
