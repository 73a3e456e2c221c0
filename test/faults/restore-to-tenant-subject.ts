// Restores a tenant to a new one and stands still at one step for ever, so that it can be killed there.
// Arguments: the installation's folder, the tenant, the step.
import { TenantManager } from '../../main/tenants/tenant-manager.ts';
import { OpenedSuite } from './opened-suite.ts';

const [folder = '', tenant = '', step = ''] = process.argv.slice(2);

async function reached(at: string): Promise<void> {
  if (at !== step) return;
  process.stdout.write(`${at}\n`);
  setInterval(() => undefined, 1000);
  await new Promise(() => undefined);
}

const { createFilled } = TenantManager.prototype;
TenantManager.prototype.createFilled = async function createFilledInSteps(like, wanted, operation, filling) {
  const made = await createFilled.call(this, like, wanted, operation, {
    ...filling,
    async fill(place) {
      await reached('folder and keys');
      await filling.fill(place);
      await reached('database and files');
    },
  });
  await reached('tenant');
  return made;
};

const opened = await OpenedSuite.open(folder);
await opened.finished(
  opened.client.backups.restoreBackup({
    tenant,
    destination: { kind: 'tenant', name: 'Halfway' },
    reason: 'to be killed',
  }),
);
await opened.stop();
