// A process of its own: one backup and one drill of a tenant that is there, and the most memory they took.
import { readFileSync } from 'node:fs';
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
/** The system's own count for this program; that of a process includes what its parent had. */
function kibibytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

const before = kibibytes();
await backUp({ place }, 'full');
const backup = kibibytes();
await place.finished(
  place.manager.drills.drillBackup({ scope: { tenant: tenantId } }, place.operation('backup.drill')),
);
process.stdout.write(JSON.stringify({ before, backup, drill: kibibytes() }));
await place.close();
