import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ForwardSecrets, forwardSecrets } from '../../../shared/forward-secrets.ts';
import { usage } from './failure.ts';
import type { Terminal } from './terminal.ts';

const longestFile = 64 * 1024;

/** What signs in to a destination of the log, from a file of JSON that may name further files. Errors: USAGE, the system's. */
export async function readForwardSecrets(
  given: string,
  { workingFolder }: Pick<Terminal, 'workingFolder'>,
): Promise<ForwardSecrets> {
  const file = resolve(workingFolder, given);
  const members = membersOf(await readShort(file), file);
  const { bearerToken, signingSecret, clientKeyFile, clientCertificateFile } = members;
  const beside = (name: string) => readShort(resolve(dirname(file), name));
  const client =
    clientKeyFile === undefined || clientCertificateFile === undefined
      ? undefined
      : { key: await beside(clientKeyFile), certificate: await beside(clientCertificateFile) };
  const parsed = forwardSecrets.safeParse({ bearerToken, signingSecret, client });
  if (parsed.success && Object.values(parsed.data).some((value) => value !== undefined)) return parsed.data;
  throw usage(
    `${given} does not hold the secrets of a destination. Write JSON: {"bearerToken": "..."}, {"signingSecret": "whsec_..."}, {"clientKeyFile": "...", "clientCertificateFile": "..."}, or several of them.`,
  );
}

/** A text file that is named on the command line. Errors: USAGE, the system's. */
export async function readShort(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestFile + 1), 0, longestFile + 1, null);
    if (bytesRead > longestFile) throw usage(`${file} is too long.`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function membersOf(text: string, file: string): Partial<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usage(`${file} is no JSON.`);
  }
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, held]) => (typeof held === 'string' ? [[name, held]] : [])),
  );
}
