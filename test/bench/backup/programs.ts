import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Protected } from '../../doubles/protected-installation.ts';
import type { Took } from '../harness/rounds.ts';

/** Whether a program of the system is there. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** What a program took that is not there. */
export const notThere: Took = { wall: Number.NaN, computing: Number.NaN };

/** Runs a yardstick. Throws what it said where it fails. */
export function runProgram(program: string, ...args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(program, args, {
    env: { ...process.env, RESTIC_PASSWORD: 'yardstick', BORG_PASSPHRASE: 'yardstick' },
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

export function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** What our repositories hold goes, so that each backup is a first one. */
export function forgetRepositories({ folder }: Protected): void {
  rmSync(join(folder, 'repositories'), { recursive: true, force: true });
}

export function resticBackup(repository: string, files: readonly string[]): void {
  runProgram('restic', '--no-cache', '-r', repository, 'backup', ...files);
}

/** With the compression that is nearest to ours. */
export function borgBackup(repository: string, name: string, files: readonly string[]): void {
  runProgram('borg', 'create', '--compression', 'zstd,1', `${repository}::${name}`, ...files);
}
