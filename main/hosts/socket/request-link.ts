import { request } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../../../shared/errors.ts';
import type { SocketAddress } from './address.ts';
import { isPrivateFolder } from './private-folder.ts';
import { linkPath } from './server.ts';
import { readToken, tokenHeader } from './token.ts';

const patienceMs = 5_000;

/**
 * Asks the process that serves the data folder for another link to its console, wherever of these it listens. Errors:
 * UNAVAILABLE (none serves one).
 */
export async function requestLink(addresses: readonly SocketAddress[]): Promise<string> {
  const refusals: unknown[] = [];
  for (const address of addresses) {
    try {
      return await requestAt(address);
    } catch (error) {
      refusals.push(error);
    }
  }
  throw new HoldfastError(
    'UNAVAILABLE',
    'No process serves a console for this data folder. Start one with `holdfast serve`.',
    { manager: 'console' },
    { cause: new AggregateError(refusals) },
  );
}

/** Somebody else's answer would be a link to somebody else's page, where a passphrase is typed then. */
async function requestAt({ path, folder, tokenFile }: SocketAddress): Promise<string> {
  if (folder !== null && !isPrivateFolder(dirname(path))) throw new Error('nobody of ours listens there');
  const token = await readToken(tokenFile);
  if (token === undefined) throw new Error('no token is kept');
  return await new Promise<string>((resolve, reject) => {
    const asked = request(
      { socketPath: path, path: linkPath, method: 'POST', headers: { [tokenHeader]: token } },
      (response) => {
        if (response.statusCode === 200) text(response).then(resolve, reject);
        else {
          response.resume();
          reject(new Error(`answered ${response.statusCode}`));
        }
      },
    );
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('no answer')));
    asked.once('error', reject);
    asked.end();
  });
}
