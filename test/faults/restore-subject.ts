// Backs up and restores in place for ever, until it is killed. Arguments: JSON of the installation's options.
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

interface Arguments extends Pick<ProtectedOptions, 'folder' | 'tenantId' | 'installationId'> {
  readonly prefix: string;
  readonly snapshotId: string;
}

const { prefix, snapshotId, ...options } = JSON.parse(process.argv[2] ?? '{}') as Arguments;
const place = await makeProtected({ ...options, prefix: Buffer.from(prefix, 'hex'), keep: true });
const source = { tenant: 'acme', snapshotId, destination: { kind: 'in-place' }, reason: 'again' } as const;
process.stdout.write('ready\n');
for (;;) {
  await place.finished(place.manager.restoreBackup(source, place.operation('backup.restore')));
  await place.putAll('orders', [
    { id: 'order-1', value: { state: 'after' } },
    { id: 'order-new', value: { state: 'after' } },
  ]);
  await place.finished(
    place.manager.createBackup({ scope: { tenant: 'acme' }, kind: 'full' }, place.operation()),
  );
}
