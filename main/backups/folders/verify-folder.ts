import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { checkForeignDatabase, journalOf } from '../../storage/foreign-database.ts';
import type { Repository } from '../container/repository.ts';
import { clearWorkFolder } from '../work-folder.ts';
import { folderOf } from './folder-facts.ts';
import { nodesIn, walkTree } from './folder-tree.ts';

export interface FolderVerification {
  readonly level: number;
  /** An empty folder of our own. */
  readonly folder: string;
  /** Databases that could not be captured as such, so that SQLite may well find them damaged. */
  readonly torn: ReadonlySet<string>;
}

/**
 * Reads a folder snapshot and answers what is wrong in it: below level 3 its trees, from there on every file's
 * content, whose pieces must have the hashes and together the size that the tree says, and every database by
 * integrity_check but the torn ones. Errors: INTEGRITY, NOT_FOUND (what is missing), CANCELLED.
 */
export async function verifyFolder(
  repository: Repository,
  id: string,
  { level, folder, torn }: FolderVerification,
  { signal, progress }: WorkerContext,
): Promise<string[]> {
  const { path } = folderOf(await repository.readSnapshot(id));
  const file = join(folder, 'database');
  const problems: string[] = [];
  progress.phase('Reading files of a folder', null, 'bytes');
  for await (const { node, below } of walkTree(repository, await nodesIn(repository, id, path))) {
    signal.throwIfAborted();
    if (node.type !== 'file' || level < 3) continue;
    const name = below.toWellFormed();
    let copy: FileHandle | undefined;
    try {
      let size = 0;
      for await (const bytes of repository.readFile(node, { signal })) {
        if (size === 0 && journalOf(bytes) !== undefined && !torn.has(name))
          copy = await open(file, 'w', 0o600);
        await copy?.writeFile(bytes);
        size += bytes.length;
        progress.advance(bytes.length);
      }
      if (size !== (node.size ?? 0)) problems.push(`${name}: it has another size`);
      await copy?.close();
      const found = copy === undefined ? undefined : checkForeignDatabase(file);
      if (found !== undefined) problems.push(`${name}: integrity_check says ${found}`);
    } finally {
      await copy?.close();
      for (const ending of ['', '-wal', '-shm']) await clearWorkFolder(`${file}${ending}`);
    }
  }
  return problems;
}
