import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type TargetCredentials, targetCredentials } from '../../../shared/target-place.ts';
import { usage } from './failure.ts';
import type { Terminal } from './terminal.ts';

const longestFile = 64 * 1024;

/**
 * What signs in to a target, from a file (JSON, lines of KEY=VALUE, or a private key itself) or, for S3, from the variables
 * AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. undefined: none were given. Errors: USAGE, the system's.
 */
export async function findTargetCredentials(
  kind: 's3' | 'sftp',
  file: string | undefined,
  terminal: Pick<Terminal, 'environment' | 'workingFolder'>,
): Promise<TargetCredentials | undefined> {
  if (file !== undefined) return await fromFile(kind, resolve(terminal.workingFolder, file));
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = terminal.environment;
  if (kind !== 's3' || !accessKeyId || !secretAccessKey) return undefined;
  return checked({ kind: 'access-key', accessKeyId, secretAccessKey }, 'The variables AWS_…');
}

async function fromFile(kind: 's3' | 'sftp', file: string): Promise<TargetCredentials> {
  const text = await readSmall(file);
  if (kind === 'sftp' && text.startsWith('-----BEGIN ')) {
    return checked({ kind: 'private-key', privateKey: text }, file);
  }
  const members = membersOf(text, file);
  const value = (...names: readonly string[]) => names.map((name) => members.get(name)).find(Boolean);
  if (kind === 's3') {
    const accessKeyId = value('accesskeyid', 'awsaccesskeyid');
    const secretAccessKey = value('secretaccesskey', 'awssecretaccesskey');
    return checked({ kind: 'access-key', accessKeyId, secretAccessKey }, file);
  }
  const keyFile = value('privatekeyfile');
  if (keyFile === undefined) return checked({ kind: 'password', password: value('password') }, file);
  const privateKey = await readSmall(resolve(dirname(file), keyFile));
  const passphrase = value('passphrase');
  return checked(
    { kind: 'private-key', privateKey, ...(passphrase === undefined ? {} : { passphrase }) },
    file,
  );
}

/** Names in lower case without "-" and "_", so that every usual spelling serves. */
function membersOf(text: string, file: string): ReadonlyMap<string, string> {
  const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
  if (!text.trimStart().startsWith('{')) {
    const lines = text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const found = /^\s*(?:export\s+)?([A-Za-z_-]+)\s*=\s*(.*?)\s*$/.exec(line);
      return found?.[1] === undefined ? [] : [[plain(found[1]), found[2] ?? '']];
    });
    return new Map(lines);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usage(`${file} begins like JSON, but is none.`);
  }
  const entries = Object.entries(value ?? {});
  return new Map(entries.flatMap(([name, held]) => (typeof held === 'string' ? [[plain(name), held]] : [])));
}

function checked(value: unknown, from: string): TargetCredentials {
  const parsed = targetCredentials.safeParse(value);
  if (parsed.success) return parsed.data;
  throw usage(
    `${from} does not hold the credentials. For S3: accessKeyId and secretAccessKey; for SFTP: password, or privateKeyFile and passphrase; as JSON or as lines of KEY=VALUE.`,
  );
}

async function readSmall(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestFile + 1), 0, longestFile + 1, null);
    if (bytesRead > longestFile) throw usage(`${file} is too long to hold credentials.`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
