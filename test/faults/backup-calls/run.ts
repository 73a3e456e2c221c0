// npm run sweep: every system call that a backup, a prune or a restore writes with fails, or is the last one, in turn, and what is left is judged.
// Hours; each fault is one line. Options: --operation NAME, --minutes N (then it stops), --seed N (another order), --effect NAME, --call NAME,
// --most N (of each kind of call on each kind of file in each thread).
import { parseArgs } from 'node:util';
import { operations } from './operations.ts';
import { Prepared } from './prepared.ts';
import { faultsAt, tryFault } from './sweep.ts';
import { spotsOf } from './traced.ts';

const { values } = parseArgs({
  options: {
    operation: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    effect: { type: 'string' },
    call: { type: 'string' },
    most: { type: 'string' },
  },
});
const until = Date.now() + Number(values.minutes ?? 100_000) * 60_000;
const findings: string[] = [];
const prepared = await Prepared.make();
try {
  for (const name of operations.filter(
    (each) => values.operation === undefined || values.operation === each,
  )) {
    const most = values.most === undefined ? undefined : Number(values.most);
    const all = faultsAt(await spotsOf(prepared, name), Number(values.seed), most);
    const faults = all.filter(
      ({ effect, call }) =>
        [undefined, effect].includes(values.effect as typeof effect) &&
        [undefined, call].includes(values.call),
    );
    const tally = { of: faults.length, tried: 0, hit: 0, found: 0 };
    for (const fault of faults) {
      if (Date.now() > until) break;
      tally.tried += 1;
      const { thread, call, when, effect, file } = fault;
      const line = `${name} ${call} ${when} of thread ${thread} ${file} ${effect}`;
      try {
        const hit = await tryFault(prepared, name, fault);
        if (hit) tally.hit += 1;
        console.log(`${line}: ${hit ? 'sound' : 'did not come'}`);
      } catch (error) {
        tally.found += 1;
        findings.push((error as Error).message);
        console.log(`${line}: ${(error as Error).message}`);
      }
    }
    console.log(name, tally);
  }
} finally {
  prepared.remove();
}
console.log(
  findings.length === 0 ? 'nothing was found' : `${findings.length} were found:\n${findings.join('\n')}`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
