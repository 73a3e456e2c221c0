import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemIds } from '../../../main/suite/system.ts';
import { systemClock } from '../../../shared/clock.ts';
import { inFolder } from '../harness/raw-database.ts';
import type { Report } from '../harness/report.ts';
import { fillDatabase } from './ledger-database.ts';

const limitMegabytes = 300;

/** The most memory that a process has which does nothing but a full backup, and then a drill, of a tenant of this size. */
export async function measureMemory(report: Report, databaseBytes: number): Promise<void> {
  const taken = await inFolder(async (folder) => {
    const tenantId = systemIds(systemClock).uuid();
    const tenantFolder = join(folder, 'tenants', tenantId);
    const rowHashPrefix = randomBytes(32);
    mkdirSync(tenantFolder, { recursive: true });
    await fillDatabase(join(tenantFolder, 'data.db'), { databaseBytes, rowHashPrefix });
    const subject = join(import.meta.dirname, 'memory-subject.ts');
    const told = execFileSync(process.execPath, [subject, folder, tenantId, rowHashPrefix.toString('hex')]);
    return JSON.parse(told.toString()) as { before: number; backup: number; drill: number };
  });
  const megabytes = (kibibytes: number) => Math.round((kibibytes * 1024) / 1e6);
  const most = megabytes(taken.drill);
  report.line({
    what: `backup: most memory, tenant of ${Math.round(databaseBytes / 1e6)} MB`,
    ratio: limitMegabytes / most,
    aim: 1,
    yardstick: `${limitMegabytes} MB`,
    measured: `${megabytes(taken.before)} MB before, ${megabytes(taken.backup)} MB full backup, ${most} MB drill`,
  });
}
