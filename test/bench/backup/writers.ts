import { setTimeout } from 'node:timers/promises';
import type { Protected } from '../../doubles/protected-installation.ts';
import type { Report } from '../harness/report.ts';
import { middle } from '../harness/rounds.ts';
import { backUp, type Subject } from './subject.ts';

const pauseMs = 2;
const rounds = 5;

/** What somebody who writes notices of a full backup: each round is held against the same writes just before. */
export async function measureWriters(report: Report, subject: Subject): Promise<void> {
  const took: { readonly alone: number; readonly beside: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const alone = await writesDuring(subject.place, () => setTimeout(3000));
    const beside = await writesDuring(subject.place, () => backUp(subject, 'full'));
    took.push({ alone, beside });
  }
  const ms = (times: readonly number[]) => `${middle(times).toFixed(1)} ms`;
  report.line({
    what: 'backup: 99 of 100 single writes, during a full one',
    ratio: middle(took.map(({ alone, beside }) => alone / beside)),
    aim: 0.5,
    yardstick: 'the same writes without a backup',
    measured: ms(took.map(({ beside }) => beside)),
    against: ms(took.map(({ alone }) => alone)),
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
