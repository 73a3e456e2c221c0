import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { megabytesPerSecond, type Report } from '../harness/report.ts';
import { inTurn, median, speedOf, timed } from '../harness/rounds.ts';
import { StallWatch } from '../harness/stalls.ts';
import { runProgram } from './programs.ts';
import type { Subject } from './subject.ts';

const rounds = 3;

/** Every stored byte read and opened; and the newest snapshot brought back into a folder, ours with every row proved. */
export async function measureCheckAndRestore(
  report: Report,
  { place, file, folder }: Subject,
): Promise<void> {
  const { manager } = place;
  const { size } = statSync(file);
  const repository = join(folder, 'restic');
  const watches = { check: new StallWatch(), restore: new StallWatch() };
  const tenant = place.tenantId;
  const path = join(folder, 'restored');
  const emptied = () => rmSync(path, { recursive: true, force: true });
  const checks = await inTurn(
    {
      ours: () =>
        watches.check.during(() =>
          timed(() =>
            place.finished(
              manager.verifyBackupIntegrity({ tenant, level: 2 }, place.operation('backup.verify')),
            ),
          ),
        ),
      restic: () => timed(() => runProgram('restic', '--no-cache', '-r', repository, 'check', '--read-data')),
    },
    { rounds },
  );
  const restores = await inTurn(
    {
      ours: async () => {
        emptied();
        const source = { tenant, destination: { kind: 'folder', path }, reason: 'a bench' } as const;
        return await watches.restore.during(() =>
          timed(() => place.finished(manager.restoreBackup(source, place.operation('backup.restore')))),
        );
      },
      restic: async () => {
        emptied();
        return await timed(() =>
          runProgram('restic', '--no-cache', '-r', repository, 'restore', 'latest', '--target', path),
        );
      },
    },
    { rounds },
  );
  emptied();
  for (const [what, yardstick, times, watch] of [
    ['backup: check at level 2', 'restic check --read-data', checks, watches.check],
    [
      'backup: restore to a folder, every row proved',
      'restic restore, nothing proved',
      restores,
      watches.restore,
    ],
  ] as const) {
    report.line({
      what,
      ratio: speedOf(times.restic, times.ours),
      aim: 1,
      yardstick,
      measured: megabytesPerSecond(size, median(times.ours)),
      against: megabytesPerSecond(size, median(times.restic)),
      stalls: watch.stalls,
    });
  }
}
