import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the process that owns a data folder listens for local commands. */
export interface SocketAddress {
  /** A unix socket, or a named pipe on Windows. */
  readonly path: string;
  /** The folder that has to be ours alone; null for a pipe. */
  readonly folder: string | null;
  /** Holds a secret that a caller has to show: proof that it may read the data folder. */
  readonly tokenFile: string;
}

/** What unix(7) leaves for a path in sockaddr_un, without the closing zero; macOS has 104 in all. */
const longestPath = process.platform === 'darwin' ? 103 : 107;

/**
 * The same for every process that means the same data folder: the name comes from a hash of its real path.
 * `XDG_RUNTIME_DIR` where it is ours and short enough (a changed user often inherits another's), else `holdfast-<uid>` in the temporary folder.
 */
export function socketAddress(dataFolder: string, environment: NodeJS.ProcessEnv): SocketAddress {
  const real = existsSync(dataFolder) ? realpathSync(dataFolder) : resolve(dataFolder);
  const name = createHash('sha256').update(real).digest('hex').slice(0, 32);
  const tokenFile = join(real, 'socket-token');
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\holdfast-${name}`, folder: null, tokenFile };

  const runtime = environment.XDG_RUNTIME_DIR;
  const own = `holdfast-${userInfo().uid}`;
  const folders = [
    ...(runtime !== undefined && isAbsolute(runtime) && isOwn(runtime) ? [join(runtime, 'holdfast')] : []),
    join(tmpdir(), own),
    join('/tmp', own),
  ];
  const fits = (folder: string) => Buffer.byteLength(join(folder, `${name}.sock`)) <= longestPath;
  const folder = folders.find(fits) ?? join('/tmp', own);
  return { path: join(folder, `${name}.sock`), folder, tokenFile };
}

/** Everywhere that process may listen: here first, then where it would have been started by a service manager or another log-in. */
export function possibleAddresses(dataFolder: string, environment: NodeJS.ProcessEnv): SocketAddress[] {
  const runtimes = [environment.XDG_RUNTIME_DIR, `/run/user/${userInfo().uid}`, undefined];
  const addresses = runtimes.map((runtime) => socketAddress(dataFolder, { XDG_RUNTIME_DIR: runtime }));
  return addresses.filter(({ path }, index) => addresses.findIndex((other) => other.path === path) === index);
}

const isOwn = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.uid === userInfo().uid;
