// Holds drills for ever, until it is killed. Arguments: JSON of the installation's options.
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

interface Arguments extends Pick<ProtectedOptions, 'folder' | 'tenantId' | 'installationId'> {
  readonly prefix: string;
}

const { prefix, ...options } = JSON.parse(process.argv[2] ?? '{}') as Arguments;
const place = await makeProtected({ ...options, prefix: Buffer.from(prefix, 'hex'), keep: true });
process.stdout.write('ready\n');
for (;;) {
  await place.finished(
    place.manager.drills.drillBackup({ scope: { tenant: 'acme' } }, place.operation('backup.drill')),
  );
}
