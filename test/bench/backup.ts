// A tenant's backups against Debian's restic and borg on the same database file: the first, the next after a hundredth of it
// has changed, the check and the restore; what writers and memory notice of them; and what ten times the database costs.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import { makeProtected } from '../doubles/protected-installation.ts';
import { measureCheckAndRestore } from './backup/check-and-restore.ts';
import { measureFirst } from './backup/first.ts';
import { measureGrowth } from './backup/growth.ts';
import { fillDatabase } from './backup/ledger-database.ts';
import { measureMemory } from './backup/memory.ts';
import { measureNext } from './backup/next.ts';
import { isInstalled } from './backup/programs.ts';
import type { Subject } from './backup/subject.ts';
import { measureWriters } from './backup/writers.ts';
import { inFolder } from './harness/raw-database.ts';
import type { Bench, Report } from './harness/report.ts';

const ids = systemIds(systemClock);

/** An installation with one tenant, whose database has this many bytes, and a folder for the yardsticks. */
async function withSubject(databaseBytes: number, use: (subject: Subject) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const tenantId = ids.uuid();
    const tenantFolder = join(folder, 'installation', 'tenants', tenantId);
    mkdirSync(tenantFolder, { recursive: true });
    const file = join(tenantFolder, 'data.db');
    const prefix = randomBytes(32);
    await fillDatabase(file, { databaseBytes, rowHashPrefix: prefix });
    const place = await makeProtected({ folder: join(folder, 'installation'), tenantId, prefix });
    try {
      await use({ place, file, folder });
    } finally {
      await place.close();
    }
  });
}

async function run(report: Report): Promise<void> {
  if (!isInstalled('restic')) {
    report.note('backup: left out, since the program restic is not installed (apt-get install restic)');
    return;
  }
  if (!isInstalled('borg'))
    report.note('backup: without borg, which is not installed (apt-get install borgbackup)');
  await withSubject(500_000_000, async (subject) => {
    await measureFirst(report, subject);
    await measureNext(report, subject);
    await measureCheckAndRestore(report, subject);
    await measureWriters(report, subject);
    await withSubject(50_000_000, (small) => measureGrowth(report, { small, large: subject }));
  });
  for (const bytes of [50_000_000, 500_000_000]) await measureMemory(report, bytes);
}

export const bench: Bench = { name: 'backup', run };
