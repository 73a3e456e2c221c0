import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs Debian's restic on a repository and returns what it printed; throws with its message when it fails. */
export function restic(repository: string, password: string, ...args: readonly string[]): string {
  const ended = spawnSync('restic', ['--no-cache', '-r', repository, ...args], {
    env: { ...process.env, RESTIC_PASSWORD: password },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (ended.error) throw ended.error;
  if (ended.status !== 0) throw new Error(`restic ${args.join(' ')}: ${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}

/** As `restic`, but this process goes on meanwhile: for servers that run in it. */
export async function resticBeside(
  repository: string,
  password: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await promisify(execFile)('restic', ['--no-cache', '-r', repository, ...args], {
    env: { ...process.env, ...environment, RESTIC_PASSWORD: password },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

/** SHA-256 of every file under a folder by its path, paths as raw bytes in latin1. */
export function folderDigest(folder: string): string {
  const script = 'find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum -z';
  return execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'latin1' });
}
