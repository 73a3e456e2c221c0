// Creates a tenant and stays in the middle of it, until it is killed.
import { TestInstallation } from '../unit/tenants/test-installation.ts';

const [, , base = ''] = process.argv;
const installation = await TestInstallation.open(base);
installation.repository.prepare = (id) => {
  process.stdout.write(`${id}\n`);
  return new Promise(() => setInterval(() => undefined, 1000));
};
await installation.createTenant('Halfway');
