// Imports a file into the one tenant of an installation and says where it stands, until it is killed.
import { operation, TenantStand } from '../doubles/tenant-stand.ts';

const [, , base = '', file = ''] = process.argv;
const installation = await TenantStand.open(base);
const [tenant = ''] = installation.manager.tenantIds();
installation.jobs.onProgress = ({ phases, advanced }) => {
  process.stdout.write(`${phases.length} ${advanced}\n`);
};
const started = installation.manager.importDocuments(
  { tenant, collection: 'notes', file, onDamaged: 'stop' },
  operation('data.import'),
);
await installation.jobs.result(started);
await installation.close();
