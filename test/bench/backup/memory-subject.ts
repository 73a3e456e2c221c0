// A process of its own: one backup and one drill of a tenant that is there, and the most memory they took.
import type { Uuid } from '../../../shared/ids.ts';
import { makeProtected } from '../../doubles/protected-installation.ts';
import { backUp } from './subject.ts';

const [folder = '', tenantId = '', prefix = ''] = process.argv.slice(2);
const place = await makeProtected({
  folder,
  tenantId: tenantId as Uuid,
  prefix: Buffer.from(prefix, 'hex'),
  keep: true,
});
const kibibytes = () => process.resourceUsage().maxRSS;
const before = kibibytes();
await backUp({ place }, 'full');
const backup = kibibytes();
await place.finished(
  place.manager.drills.drillBackup({ scope: { tenant: tenantId } }, place.operation('backup.drill')),
);
process.stdout.write(JSON.stringify({ before, backup, drill: kibibytes() }));
await place.close();
