import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { megabytesPerSecond, type Report } from '../harness/report.ts';
import { inTurn, median, speedOf, timed } from '../harness/rounds.ts';
import { StallWatch } from '../harness/stalls.ts';
import {
  borgBackup,
  folderBytes,
  forgetRepositories,
  isInstalled,
  notThere,
  resticBackup,
  runProgram,
} from './programs.ts';
import { backUp, type Subject } from './subject.ts';

const rounds = 3;

/** The first backup, each time into an empty repository. */
export async function measureFirst(report: Report, subject: Subject): Promise<void> {
  const { place, file, folder } = subject;
  const { size } = statSync(file);
  const watch = new StallWatch();
  const copy = join(folder, 'copy.db');
  const repositories = { restic: join(folder, 'restic'), borg: join(folder, 'borg') };
  const hasBorg = isInstalled('borg');
  let stored = { ours: 0, restic: 0 };
  const times = await inTurn(
    {
      ours: async () => {
        forgetRepositories(place);
        const took = await watch.during(() => timed(() => backUp(subject, 'full')));
        stored = { ...stored, ours: folderBytes(join(place.folder, 'repositories')) };
        return took;
      },
      restic: async () => {
        rmSync(repositories.restic, { recursive: true, force: true });
        runProgram('restic', '--no-cache', '-r', repositories.restic, 'init');
        const took = await timed(() => resticBackup(repositories.restic, [file]));
        stored = { ...stored, restic: folderBytes(repositories.restic) };
        return took;
      },
      borg: async () => {
        if (!hasBorg) return notThere;
        rmSync(repositories.borg, { recursive: true, force: true });
        runProgram('borg', 'init', '-e', 'repokey', repositories.borg);
        return await timed(() => borgBackup(repositories.borg, 'first', [file]));
      },
      copy: async () => {
        rmSync(copy, { force: true });
        return await timed(() => runProgram('sh', '-c', 'cp "$0" "$1" && sync "$1"', file, copy));
      },
    },
    { rounds },
  );
  rmSync(copy, { force: true });
  const shared = { measured: megabytesPerSecond(size, median(times.ours)), stalls: watch.stalls };
  for (const [name, yardstick, aim] of [
    ['restic', 'restic backup', 1 / 0.7],
    ['borg', 'borg create', 1],
    ['copy', 'cp and sync', undefined],
  ] as const) {
    if (name === 'borg' && !hasBorg) continue;
    report.line({
      what: `backup: first of a tenant of ${Math.round(size / 1e6)} MB`,
      ratio: speedOf(times[name], times.ours),
      ...(aim === undefined ? {} : { aim }),
      yardstick: `${yardstick} of the file`,
      against: megabytesPerSecond(size, median(times[name])),
      ...shared,
    });
  }
  const part = (bytes: number) => `${Math.round((bytes / size) * 100)} %`;
  report.note(`backup: stored are ${part(stored.ours)} of the file, restic stores ${part(stored.restic)}`);
}
