import { setPriority } from 'node:os';

/** The most there is, as `nice` counts: of a processor that others want too, a seventieth is left. */
const niceness = 19;

/**
 * Lets the thread that calls, and those it starts from then on, give way to all others. Only where threads have a
 * priority of their own (Linux, setpriority(2)); elsewhere it would be the whole process's.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(niceness);
}
