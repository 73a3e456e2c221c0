import type { Command } from 'commander';
import { HoldfastError } from '../../../../shared/errors.ts';
import { possibleAddresses } from '../../socket/address.ts';
import { requestLink } from '../../socket/request-link.ts';
import { parsePort } from '../arguments/port.ts';
import type { Run } from '../run.ts';
import type { ServeOptions } from '../serve-folder.ts';

interface Options extends ServeOptions {
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
      } else {
        const { serveFolder } = await import('../serve-folder.ts');
        await serveFolder(run, options).catch(offerLink);
      }
    });
}

/** Whoever finds another process serving wanted the console, and that one has it. */
function offerLink(error: unknown): never {
  if (!(error instanceof HoldfastError) || error.code !== 'LOCKED') throw error;
  const offer = 'If it serves the console, `holdfast serve --link` prints another link to it.';
  throw new HoldfastError(error.code, `${error.message} ${offer}`, error.data, { cause: error });
}

const help = `
The console is reached from this machine only. From another one, through a tunnel: ssh -L 4127:127.0.0.1:4127 HOST
and holdfast serve --port 4127 there; the link then works here.`;
