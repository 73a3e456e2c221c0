import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { HoldfastError } from '../../../shared/errors.ts';
import type { SocketAddress } from './address.ts';
import { linkPath } from './server.ts';
import { readToken, tokenHeader } from './token.ts';

const patienceMs = 5_000;

/** Asks the process that serves the data folder for another link to its console. Errors: UNAVAILABLE (none serves one). */
export async function requestLink({ path, tokenFile }: SocketAddress): Promise<string> {
  const token = await readToken(tokenFile);
  if (token === undefined) throw nobodyServes();
  return await new Promise<string>((resolve, reject) => {
    const asked = request(
      { socketPath: path, path: linkPath, method: 'POST', headers: { [tokenHeader]: token } },
      (response) => {
        if (response.statusCode === 200) text(response).then(resolve, reject);
        else reject(nobodyServes());
      },
    );
    asked.setTimeout(patienceMs, () => asked.destroy(nobodyServes()));
    asked.once('error', (cause) => reject(nobodyServes(cause)));
    asked.end();
  });
}

function nobodyServes(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    'No process serves a console for this data folder. Start one with `holdfast serve`.',
    { manager: 'console' },
    { cause },
  );
}
