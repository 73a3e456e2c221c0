// Writes one snapshot after the other into a repository until it is killed; prints each id once it is committed.
import { randomBytes } from 'node:crypto';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { goTime } from '../../main/backups/container/go-text.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { fileNode } from '../../main/backups/container/tree.ts';

const [folder = '', password = ''] = process.argv.slice(2);
const repository = await Repository.open(new FolderFiles(folder), { password }, { packBytes: 100_000 });
console.log('started');
for (let count = 0; ; count += 1) {
  const writer = await repository.begin();
  const saved = await writer.saveFile([randomBytes(400_000)], 20_000);
  const tree = await writer.saveTree([fileNode({ name: `file-${count}`, mtimeMs: 0, ...saved })]);
  const { id } = await writer.commit({ time: goTime(Date.now()), tree, paths: ['/'] });
  console.log(id);
}
