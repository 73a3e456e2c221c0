import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { megabytesPerSecond, type Report } from '../harness/report.ts';
import { inTurn, median, speedOf, type Took, timed } from '../harness/rounds.ts';
import { StallWatch } from '../harness/stalls.ts';
import { runProgram } from './programs.ts';
import type { Subject } from './subject.ts';

const rounds = 3;

interface DrillTimes {
  readonly durationMs: number;
  readonly phases: readonly { readonly name: string; readonly durationMs: number }[];
}

/** Every stored byte read and opened; and the newest snapshot brought back, as a drill does it. */
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
  const proved: Took[] = [];
  const proof: Took[] = [];
  const restores = await inTurn(
    {
      ours: async () => {
        let measured: DrillTimes = { durationMs: 0, phases: [] };
        const whole = await watches.restore.during(() =>
          timed(async () => {
            const drill = { scope: { tenant } };
            const { drills } = await place.finished<{ drills: readonly DrillTimes[] }>(
              manager.drills.drillBackup(drill, place.operation('backup.drill')),
            );
            measured = drills[0] ?? measured;
          }),
        );
        // the drill's own measure: from opening the repository to the folder's name, without the removal that follows
        const { durationMs, phases } = measured;
        const proving = phases.filter(({ name }) => name.startsWith('Checking'));
        proved.push({ ...whole, wall: durationMs });
        return { ...whole, wall: proving.reduce((left, phase) => left - phase.durationMs, durationMs) };
      },
      restic: async () => {
        emptied();
        const took = await timed(() =>
          runProgram('restic', '--no-cache', '-r', repository, 'restore', 'latest', '--target', path),
        );
        const restored = join(path, file);
        const checked = await timed(() => runProgram('sqlite3', restored, 'PRAGMA integrity_check'));
        proof.push({ ...took, wall: took.wall + checked.wall });
        return took;
      },
    },
    { rounds },
  );
  emptied();
  for (const [what, yardstick, times, watch] of [
    ['backup: check at level 2', 'restic check --read-data', checks, watches.check],
    ['backup: restore, each blob proved', 'restic restore', restores, watches.restore],
    [
      'backup: restore, every row proved too',
      'restic restore, then integrity_check',
      { ours: proved, restic: proof },
      watches.restore,
    ],
  ] as const) {
    report.line({
      what,
      ratio: speedOf(times.restic, times.ours),
      ...(times.ours === proved ? {} : { aim: 1 }),
      yardstick,
      measured: megabytesPerSecond(size, median(times.ours)),
      against: megabytesPerSecond(size, median(times.restic)),
      stalls: watch.stalls,
    });
  }
}
