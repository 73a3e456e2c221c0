// Prunes a repository; prints `pruned`, or the code of the error.
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { HoldfastError } from '../../shared/errors.ts';

const [folder = '', password = ''] = process.argv.slice(2);
const options = { packBytes: 60_000, workers: 1, lockSettleMs: 1 };
const repository = await Repository.open(new FolderFiles(folder), { password }, options);
try {
  await repository.prune();
  console.log('pruned');
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  console.log(error.code);
}
await repository.close();
