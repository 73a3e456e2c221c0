// The suite of a folder that forwards its log and adds to it, in a process that may be killed. Says `forwarding` and then
// `idle` once everything was taken. Arguments: the data folder, how many entries are added.
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenedSuite } from './opened-suite.ts';

const [folder = '', count = '0'] = process.argv.slice(2);

const { suite, client } = await OpenedSuite.open(folder);
suite.audit.forwarder.start();
console.log('forwarding');
for (let n = 0; n < Number(count); n += 1) {
  await client.audit.logAction({
    action: 'thing.create',
    severity: 'info',
    outcome: 'success',
    facts: { n },
  });
}
for (;;) {
  const { items } = await client.audit.listDestinations({});
  if (items.every(({ state }) => state === 'current')) break;
  await sleep(20);
}
console.log('idle');
await suite.stop();
