import { join } from 'node:path';
import type { Report } from '../harness/report.ts';
import { inTurn, median, speedOf, timed } from '../harness/rounds.ts';
import { StallWatch } from '../harness/stalls.ts';
import { changeSome, countDocuments } from './ledger-database.ts';
import {
  borgBackup,
  folderBytes,
  forgetRepositories,
  isInstalled,
  notThere,
  resticBackup,
} from './programs.ts';
import { backUp, type Subject } from './subject.ts';

const rounds = 3;

/** The same change for all: one document in a hundred, chosen at random, gets a new revision. */
export async function measureNext(report: Report, subject: Subject): Promise<void> {
  const { place, file, folder } = subject;
  const repositories = { restic: join(folder, 'restic'), borg: join(folder, 'borg') };
  forgetRepositories(place);
  await backUp(subject, 'full');
  const documents = countDocuments(place);
  const hasBorg = isInstalled('borg');
  const watch = new StallWatch();
  const added = { ours: 0, restic: 0 };
  const files = [file, `${file}-wal`];
  const times = await inTurn(
    {
      ours: async (round) => {
        await changeSome(place, { documents, round });
        const before = folderBytes(join(place.folder, 'repositories'));
        const took = await watch.during(() => timed(() => backUp(subject, 'incremental')));
        added.ours = folderBytes(join(place.folder, 'repositories')) - before;
        return took;
      },
      restic: async () => {
        const before = folderBytes(repositories.restic);
        const took = await timed(() => resticBackup(repositories.restic, files));
        added.restic = folderBytes(repositories.restic) - before;
        return took;
      },
      borg: async (round) =>
        hasBorg ? await timed(() => borgBackup(repositories.borg, `next-${round}`, files)) : notThere,
    },
    { rounds },
  );
  const ms = (took: number) => `${took.toFixed(0)} ms`;
  for (const name of ['restic', 'borg'] as const) {
    const took = times[name];
    if (name === 'borg' && !hasBorg) continue;
    report.line({
      what: 'backup: the next, after 1 % of the documents has changed',
      ratio: speedOf(took, times.ours),
      ...(name === 'restic' ? { aim: 5 } : {}),
      yardstick: name === 'restic' ? 'restic backup of the file' : 'borg create of the file',
      measured: ms(median(times.ours)),
      against: ms(median(took)),
      stalls: watch.stalls,
    });
  }
  report.line({
    what: 'backup: bytes that the next one adds',
    ratio: added.restic / added.ours,
    aim: 50,
    yardstick: 'restic backup of the file',
    measured: `${(added.ours / 1e6).toFixed(2)} MB`,
    against: `${(added.restic / 1e6).toFixed(1)} MB`,
  });
}
