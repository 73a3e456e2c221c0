import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operations } from './backup-calls/operations.ts';
import { Prepared } from './backup-calls/prepared.ts';
import { faultsAt, tryFault } from './backup-calls/sweep.ts';
import { effects, spotsOf } from './backup-calls/traced.ts';
import { mayAttach } from './suite-process.ts';

/** HOLDFAST_SEED draws others; `npm run sweep` tries all. */
const seed = Number(process.env.HOLDFAST_SEED ?? 1);
let prepared: Prepared;

describe.runIf(process.platform === 'linux' && (await mayAttach()))('a fault in one system call of', () => {
  beforeAll(async () => {
    prepared = await Prepared.make();
  });
  afterAll(() => prepared.remove());

  test.each(operations.map((name, at) => [name, at] as const))(
    '%s: what was acknowledged stays, the last good snapshot restores, it is done again, restic finds no error',
    { timeout: 180_000 },
    async (name, at) => {
      const faults = faultsAt(await spotsOf(prepared, name), seed, 1);
      // both sorts of each backup, one of each of the others
      const tried = at < 2 ? ['signal=KILL', effects[at]] : [effects[(at + seed) % effects.length]];
      for (const effect of tried) {
        // from run to run a thread makes a call more or less: one that does not come says nothing
        let came = false;
        for (const fault of faults.filter((each) => each.effect === effect).slice(0, 4)) {
          came = (await tryFault(prepared, name, fault)).hit;
          if (came) break;
        }
        expect({ effect, came }).toEqual({ effect, came: true });
      }
    },
  );
});
