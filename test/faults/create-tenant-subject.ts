// Creates a tenant and stays in the middle of it, until it is killed.
import { TenantStand } from '../doubles/tenant-stand.ts';

const [, , base = ''] = process.argv;
const installation = await TenantStand.open(base);
installation.repository.prepare = (id) => {
  process.stdout.write(`${id}\n`);
  return new Promise(() => setInterval(() => undefined, 1000));
};
await installation.createTenant('Halfway');
