// Starts one restore, tells the job's id and each phase, and waits to be killed. Arguments: JSON of the installation's options.
import type { RestoreDestination } from '../../shared/contract/backups/destination.ts';
import { makeProtected, type ProtectedOptions } from '../doubles/protected-installation.ts';

interface Arguments extends Pick<ProtectedOptions, 'folder' | 'tenantId' | 'installationId'> {
  readonly prefix: string;
  readonly snapshotId: string;
  readonly destination: RestoreDestination;
}

const { prefix, snapshotId, destination, ...options } = JSON.parse(process.argv[2] ?? '{}') as Arguments;
const place = await makeProtected({ ...options, prefix: Buffer.from(prefix, 'hex'), keep: true });
const source = { tenant: 'acme', snapshotId, destination, reason: 'to be killed' };
const { jobId } = await place.manager.restoreBackup(source, place.operation('backup.restore'));
process.stdout.write(`${jobId}\n`);
for await (const { phase } of place.jobs.watch(jobId)) process.stdout.write(`${phase}\n`);
process.stdout.write('ended\n');
setInterval(() => undefined, 1000);
