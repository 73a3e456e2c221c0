// A small installation whose first target goes away, and which backs up until it is killed. Arguments: JSON of its options, the first target's folder.
import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { folderTarget } from '../../main/backups/targets/folder-target.ts';
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

const [given = '{}', first = ''] = process.argv.slice(2);
const { prefix, ...options } = JSON.parse(given) as Pick<
  ProtectedOptions,
  'folder' | 'tenantId' | 'installationId'
> & { readonly prefix: string };
const place = await makeProtected({
  ...options,
  prefix: Buffer.from(prefix, 'hex'),
  target: (id) => folderTarget(first, id),
  keep: true,
});
await place.jobs.recover();
renameSync(first, `${first}-away`);
process.stdout.write('away\n');
for (let at = 0; ; at += 1) {
  await place.put('orders', `order-${at}`, { text: randomBytes(20_000).toString('hex') });
  const kind = at % 3 === 2 ? 'full' : 'incremental';
  await place.finished(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind }, place.operation('backup.create')),
  );
  process.stdout.write(`${kind}\n`);
}
