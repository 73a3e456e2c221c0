import { statfs } from 'node:fs/promises';
import { toRfc3339 } from '../../shared/clock.ts';
import type { Status } from '../../shared/contract/suite.ts';
import { diskEncryption } from '../storage/disk-encryption.ts';
import type { Foundation } from './foundation.ts';
import { healthOf } from './health.ts';
import { appVersion, type Managers } from './managers.ts';
import { objectivesOf, type Protection } from './protection.ts';

/** Health of the four managers, what protects the data, and how far the log is proven. */
export async function readStatus(
  foundation: Foundation,
  managers: Managers,
  known: (backups: Pick<Protection, 'firstOutlivesDisk' | 'copiedElsewhere' | 'newestOnFirst'>) => Protection,
  nextRun: number | null,
  report: (error: unknown) => void,
): Promise<Status> {
  const { installation, layout } = foundation;
  const protection = await managers.backups.protection();
  const encryption = await diskEncryption(layout.folder);
  const health = {
    tenants: await healthOf(() => managers.tenants.health(), report),
    auth: await healthOf(() => managers.auth.health(), report),
    audit: await healthOf(() => managers.audit.health, report),
    backups: await healthOf(() => managers.backups.health(), report),
  };
  const { bavail, bsize } = await statfs(layout.folder);
  return {
    installationId: installation.id,
    version: appVersion,
    managers: health,
    protection: {
      lastBackup: text(protection.lastBackup),
      lastVerifiedRestore: text(protection.lastVerifiedRestore),
      nextRun: text(nextRun),
      unprotected: protection.unprotected,
      sameDisk: protection.sameDisk,
      objectives: await objectivesOf(known(protection)),
    },
    log: managers.audit.status(),
    secrets: { mode: installation.secrets },
    disk: { encryption: encryption.state, method: encryption.method, freeBytes: bavail * bsize },
    warnings: warnings(health, protection, { encryption: encryption.state, spent: foundation.reserve.spent }),
  };
}

function warnings(
  managers: Status['managers'],
  { unprotected, sameDisk, copiedElsewhere }: Awaited<ReturnType<Managers['backups']['protection']>>,
  disk: { encryption: Status['disk']['encryption']; spent: boolean },
): string[] {
  const all = Object.entries(managers).flatMap(([name, { problem }]) =>
    problem === null ? [] : [`${name}: ${problem}`],
  );
  if (sameDisk && copiedElsewhere.size === 0)
    all.push(
      'Backups stand on the same disk as the data: one failure takes both. Move them to another disk with `holdfast backup target move`.',
    );
  if (unprotected > 0) all.push(`${unprotected} of the tenants have no backup yet.`);
  if (disk.spent)
    all.push('The disk is full: the reserve is used up, and only what frees space is allowed. Free some.');
  if (disk.encryption === 'off') all.push('Disk encryption is off: whoever takes the disk reads the data.');
  return all;
}

function text(time: number | null): string | null {
  return time === null ? null : toRfc3339(time);
}
