import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uuid } from '../../../shared/ids.ts';
import { uuidPattern } from '../../../shared/ids.ts';
import { fileError, systemCode } from '../container/file-errors.ts';
import { contentNamePattern } from '../container/repository-files.ts';
import type { RepositoryId } from '../targets/target.ts';

/** What can be seen of a repository without any key. */
export interface SeenRepository {
  readonly owner: RepositoryId;
  readonly snapshots: number;
  /** When the newest snapshot was written there, epoch milliseconds; copying a folder may have changed it. */
  readonly lastWritten: number | null;
}

/** The repositories of an installation in a backup folder, as far as names and times tell. Errors: IO. */
export async function listRepositories(root: string, installationId: Uuid): Promise<SeenRepository[]> {
  const folder = join(root, installationId, 'repositories');
  const seen: SeenRepository[] = [];
  for (const name of await namesIn(folder)) {
    if (name === 'installation') seen.push(await seenIn(join(folder, name), name));
    else if (isUuid(name)) seen.push(await seenIn(join(folder, name), name));
  }
  return seen;
}

async function seenIn(path: string, owner: RepositoryId): Promise<SeenRepository> {
  const folder = join(path, 'snapshots');
  const names = (await namesIn(folder)).filter((name) => contentNamePattern.test(name));
  let lastWritten: number | null = null;
  for (const name of names) {
    const written = await timeOf(join(folder, name));
    if (written !== null) lastWritten = Math.max(written, lastWritten ?? 0);
  }
  return { owner, snapshots: names.length, lastWritten };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await orAbsent(() => readdir(folder))) ?? [];
}

async function timeOf(file: string): Promise<number | null> {
  return (await orAbsent(async () => Math.floor((await stat(file)).mtimeMs))) ?? null;
}

async function orAbsent<Result>(look: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await look();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, 'the backup folder');
  }
}

const isUuid = (name: string): name is Uuid => uuidPattern.test(name);
