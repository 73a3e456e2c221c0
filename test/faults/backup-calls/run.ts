// npm run sweep: system calls that a backup, a prune or a restore writes with fail, or are the last one, in turn, and what is left is judged:
// one call of each position, or with --all every one. Each fault is one line. Options: --operation NAME, --minutes N (then it stops), --seed N
// (another order), --effect NAME, --call NAME, --most N (of each kind of call on each kind of file in each thread), --results FILE (lines are
// added there, and faults that it names as sound are left out: so a sweep is gone on with).
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keepCompiledModules } from '../../../main/hosts/cli/compile-cache.ts';
import { operations } from './operations.ts';
import { Prepared } from './prepared.ts';
import { faultsAt, faultText, positions, tryFault } from './sweep.ts';
import { spotsOf } from './traced.ts';

const { values } = parseArgs({
  options: {
    operation: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    effect: { type: 'string' },
    call: { type: 'string' },
    most: { type: 'string' },
    all: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
});
const until = Date.now() + Number(values.minutes ?? 100_000) * 60_000;
const { results } = values;
const before = results !== undefined && existsSync(results) ? readFileSync(results, 'utf8').split('\n') : [];
const done = new Set(before.flatMap((line) => /^(.*): sound/.exec(line)?.slice(1) ?? []));
const tell = (line: string) => {
  console.log(line);
  if (results !== undefined) appendFileSync(results, `${line}\n`);
};
const findings: string[] = [];
keepCompiledModules();
const prepared = await Prepared.make();
const seen = new Set<string>();
try {
  for (const name of operations) {
    const spots = await spotsOf(prepared, name);
    const chosen = values.all ? spots : positions(spots, seen);
    if (![undefined, name].includes(values.operation as typeof name)) continue;
    const most = values.most === undefined ? undefined : Number(values.most);
    const all = faultsAt(chosen, Number(values.seed), most);
    const faults = all.filter(
      ({ effect, call }) =>
        [undefined, effect].includes(values.effect as typeof effect) &&
        [undefined, call].includes(values.call),
    );
    const tally = {
      calls: spots.length,
      faults: faults.length,
      before: 0,
      sound: 0,
      known: 0,
      absent: 0,
      found: 0,
    };
    const judged = new Set<string>();
    for (const fault of faults) {
      const text = faultText(name, fault);
      if (done.has(text)) {
        tally.before += 1;
        continue;
      }
      if (Date.now() > until) break;
      try {
        const { hit, known } = await tryFault(prepared, name, fault, judged);
        tally[hit ? 'sound' : 'absent'] += 1;
        if (hit && known) tally.known += 1;
        tell(`${text}: ${hit ? `sound${known ? ', left as after another one' : ''}` : 'did not come'}`);
      } catch (error) {
        tally.found += 1;
        findings.push((error as Error).message);
        tell(`${text}: FOUND ${(error as Error).message.replaceAll('\n', ' | ')}`);
      }
    }
    tell(`${name} ${JSON.stringify(tally)}`);
  }
} finally {
  prepared.remove();
}
console.log(
  findings.length === 0 ? 'nothing was found' : `${findings.length} were found:\n${findings.join('\n')}`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
