// The first backup of a tenant with 500 MB, against restic backing up the same file, and against cp.
import { execFile } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BackupResult, RestoreResult } from '../../shared/contract/backups.ts';
import { makeProtected, type Protected, recoveryKey } from '../unit/backups/protected-installation.ts';
import { inFolder } from './harness/raw-database.ts';
import { type Bench, megabytesPerSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const aimBytes = 500_000_000;
const rounds = 3;
const run = promisify(execFile);

export const bench: Bench = {
  name: 'backup',
  run: (report) =>
    inFolder(async (folder) => {
      const place = await makeProtected({ folder: join(folder, 'installation') });
      try {
        await fill(place);
        await measure(place, folder, report);
      } finally {
        await place.close();
      }
    }),
};

async function measure(place: Protected, folder: string, report: Report): Promise<void> {
  const file = join(folder, 'installation', 'tenants', place.tenantId, 'data.db');
  await place.tenant.checkpoint();
  const bytes = statSync(file).size;
  const still = join(folder, 'data.db');
  // another process: a descriptor of ours on a live database would cost its locks when it is closed
  await run('cp', [file, still]);
  const theirs = join(folder, 'theirs');
  const environment = { env: { ...process.env, RESTIC_PASSWORD: recoveryKey } };
  const watch = new StallWatch();
  const restoreWatch = new StallWatch();
  const repository = join(place.folder, 'repositories', place.tenantId);
  const times = await inTurn(
    {
      ours: async () => {
        rmSync(repository, { recursive: true, force: true });
        return await watch.during(() => timed(() => backUp(place)));
      },
      restic: async () => {
        rmSync(theirs, { recursive: true, force: true });
        await run('restic', ['-q', '-r', theirs, 'init'], environment);
        return await timed(() =>
          run('restic', ['--no-cache', '-q', '-r', theirs, 'backup', still], environment),
        );
      },
      copy: async () => {
        rmSync(join(folder, 'copy'), { force: true });
        return await timed(() => copyDurably(still, join(folder, 'copy')));
      },
      restore: async (round) =>
        await restoreWatch.during(() => timed(() => restore(place, join(folder, `restored-${round}`)))),
      resticRestore: async (round) =>
        await timed(() =>
          run(
            'restic',
            [
              '--no-cache',
              '-q',
              '-r',
              theirs,
              'restore',
              'latest',
              '--target',
              join(folder, `theirs-${round}`),
            ],
            environment,
          ),
        ),
    },
    { rounds },
  );
  const speed = (milliseconds: readonly number[]) => megabytesPerSecond(bytes, median(milliseconds));
  report.line({
    what: 'first backup of a tenant',
    ratio: speedOf(times.restic, times.ours),
    yardstick: 'restic backup',
    aim: 1,
    measured: speed(times.ours),
    against: speed(times.restic),
    stalls: watch.stalls,
  });
  report.line({
    what: 'first backup of a tenant',
    ratio: speedOf(times.copy, times.ours),
    yardstick: 'cp and fsync',
    measured: speed(times.ours),
    against: speed(times.copy),
  });
  report.line({
    what: 'restore to a folder, every row read again',
    ratio: speedOf(times.resticRestore, times.restore),
    yardstick: 'restic restore',
    measured: speed(times.restore),
    against: speed(times.resticRestore),
    stalls: restoreWatch.stalls,
  });
  report.note(
    `backup: ${Math.round(bytes / 1e6)} MB of documents; memory ${Math.round(process.resourceUsage().maxRSS / 1000)} MB at most`,
  );
}

async function backUp(place: Protected): Promise<void> {
  await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { tenant: place.tenantId }, kind: 'full' }, place.operation()),
  );
}

async function restore(place: Protected, path: string): Promise<void> {
  const destination = { kind: 'folder', path } as const;
  await place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { tenant: place.tenantId, destination, reason: 'a bench' },
      place.operation('backup.restore'),
    ),
  );
}

/** Documents of about 800 bytes, with words and numbers as they are in life: neither all alike nor all random. */
async function fill(place: Protected): Promise<void> {
  const words = 'invoice order customer street berlin pending shipped total amount reference'.split(' ');
  const word = () => words[Math.floor(Math.random() * words.length)];
  for (let written = 0; written < aimBytes; ) {
    const batch = Array.from({ length: 2000 }, (_, at) => ({
      id: `d-${written}-${at}`,
      value: {
        text: Array.from({ length: 40 }, word).join(' '),
        numbers: Array.from({ length: 24 }, () => Math.random()),
      },
    }));
    await place.putAll('orders', batch);
    written += Buffer.byteLength(JSON.stringify(batch));
  }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const handle = await open(to, 'r+');
  await handle.sync();
  await handle.close();
}
