// npm run bench: ratios against named yardsticks measured in the same run; never asserts a time. Arguments choose:
// npm run bench -- audit import --json results.json
// npm run bench -- audit-list --entries 10000000
import { parseArgs } from 'node:util';
import { keepCompiledModules } from '../../main/hosts/cli/compile-cache.ts';
import { bench as apiKeys } from './api-keys.ts';
import { bench as audit } from './audit.ts';
import { bench as auditBundle } from './audit-bundle.ts';
import { bench as auditList } from './audit-list.ts';
import { bench as backup } from './backup.ts';
import { bench as screens } from './console.ts';
import { bench as eventLoop } from './event-loop.ts';
import { TableReport } from './harness/report.ts';
import { bench as imports } from './import.ts';
import { bench as status } from './status.ts';

const benches = [audit, auditBundle, auditList, backup, eventLoop, imports, apiKeys, screens, status];

async function run(): Promise<void> {
  keepCompiledModules(); // as every host does: threads start in half the time
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, entries: { type: 'string' } },
  });
  const names = benches.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}; there are ${names.join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const entries = values.entries === undefined ? undefined : Number(values.entries);
  const report = new TableReport();
  for (const bench of benches) {
    if (positionals.length > 0 && !positionals.includes(bench.name)) continue;
    console.error(`${bench.name} ...`);
    await bench.run(report, { entries });
  }
  report.print();
  if (values.json !== undefined) report.writeJson(values.json);
}

await run();
