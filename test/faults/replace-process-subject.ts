// A process that writes a rebuilt database over the live one and says how far it is.
import { Worker } from 'node:worker_threads';
import { openStore } from '../../main/storage/open-store.ts';
import { clock, migrations } from '../doubles/store-place.ts';

const [file = '', rebuilt = ''] = process.argv.slice(2);
const store = await openStore({ file, name: 'control', migrations, clock });
const shared = store.share();
const worker = new Worker(new URL('./replace-subject.ts', import.meta.url), {
  workerData: { shared, rebuilt },
  transferList: [shared.port],
});
worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
worker.on('exit', () => store.close());
