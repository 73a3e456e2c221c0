import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { parentPort, Worker } from 'node:worker_threads';
import { giveWay } from '../../../main/jobs/background-thread.ts';

/** Niceness of every thread of the process. */
export type Nices = readonly number[];

giveWay();
const started = new Worker('setInterval(() => undefined, 1000)', { eval: true });
await once(started, 'online');
const nices: Nices = readdirSync('/proc/self/task').map((thread) => {
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
});
parentPort?.postMessage(nices);
await started.terminate();
