import { setTimeout } from 'node:timers/promises';
import type { Protected } from '../../doubles/protected-installation.ts';
import type { Report } from '../harness/report.ts';
import { backUp, type Subject } from './subject.ts';

const pauseMs = 2;

/** What somebody who writes notices of a full backup. */
export async function measureWriters(report: Report, subject: Subject): Promise<void> {
  const alone = await writesDuring(subject.place, () => setTimeout(3000));
  const beside = await writesDuring(subject.place, () => backUp(subject, 'full'));
  report.line({
    what: 'backup: 99 of 100 single writes, during a full one',
    ratio: alone / beside,
    aim: 0.5,
    yardstick: 'the same writes without a backup',
    measured: `${beside.toFixed(1)} ms`,
    against: `${alone.toFixed(1)} ms`,
  });
}

/** The 99th percentile of durable single writes, in milliseconds, while `work` runs. */
async function writesDuring(place: Protected, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  let done = false;
  const working = work().finally(() => {
    done = true;
  });
  for (let at = 0; !done; at += 1) {
    const from = performance.now();
    await place.put('writers', `document-${at % 100}`, { at });
    took.push(performance.now() - from);
    await setTimeout(pauseMs);
  }
  await working;
  const sorted = took.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
