// Writes one snapshot into a repository, aborting on failure; prints its id, or the code of the error.
import { randomBytes } from 'node:crypto';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { goTime } from '../../main/backups/container/go-text.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { fileNode } from '../../main/backups/container/tree.ts';
import { HoldfastError } from '../../shared/errors.ts';

const [folder = '', password = ''] = process.argv.slice(2);
const repository = await Repository.open(new FolderFiles(folder), { password }, { packBytes: 100_000 });
try {
  const writer = await repository.begin();
  try {
    const saved = await writer.saveFile([randomBytes(150_000)], 20_000);
    const tree = await writer.saveTree([fileNode({ name: 'file', mtimeMs: 0, ...saved })]);
    console.log((await writer.commit({ time: goTime(Date.now()), tree, paths: ['/'] })).id);
  } catch (error) {
    await writer.abort();
    throw error;
  }
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  console.log(error.code);
}
await repository.close();
