import { statSync } from 'node:fs';
import type { Report } from '../harness/report.ts';
import { inTurn, median, speedOf, timed } from '../harness/rounds.ts';
import { changeSome, countDocuments } from './ledger-database.ts';
import { backUp, type Subject } from './subject.ts';

const rounds = 5;
const changes = 1000;

/** The same number of changed documents in a database and in one ten times as large. */
export async function measureGrowth(
  report: Report,
  { small, large }: { readonly small: Subject; readonly large: Subject },
): Promise<void> {
  for (const subject of [small, large]) await backUp(subject, 'full');
  const next = (subject: Subject) => async (round: number) => {
    const documents = countDocuments(subject.place);
    await changeSome(subject.place, { documents, round: 100 + round, count: changes });
    return await timed(() => backUp(subject, 'incremental'));
  };
  const times = await inTurn({ small: next(small), large: next(large) }, { rounds, warmUp: 1 });
  const factor = Math.round(statSync(large.file).size / statSync(small.file).size);
  report.line({
    what: `backup: the next after ${changes} changes, in a database ${factor} times as large`,
    ratio: speedOf(times.small, times.large),
    aim: 1 / 1.3,
    yardstick: 'the same in the smaller one',
    measured: `${median(times.large).toFixed(0)} ms`,
    against: `${median(times.small).toFixed(0)} ms`,
  });
}
