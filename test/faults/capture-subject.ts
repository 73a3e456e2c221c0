// Goes on with a capture, commits three times, captures after each, and ends in order; prints each commit that was kept
// and what failed. Arguments: database file, folder of the chain, the chain.
import { Capture } from '../../main/backups/pagelog/capture.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { addNote, clock, migrations } from '../doubles/store-place.ts';

const [file = '', folder = '', chain = ''] = process.argv.slice(2);
const refused = (what: string, error: unknown) => {
  const known = error instanceof HoldfastError ? error.code : (error as NodeJS.ErrnoException).code;
  process.stdout.write(`refused ${what} ${known ?? String(error)}\n`);
};
const store = await openStore({ file, name: 'control', migrations, clock, mayCheckpoint: () => false });
let capture: Capture | undefined;
try {
  capture = await Capture.resume({ store, folder, chain, checkpointBytes: 1 });
} catch (error) {
  refused('resume', error);
}
for (let n = 0; n < 3; n += 1) {
  try {
    const { seq } = await store.write((transaction) => {
      addNote(`note ${Math.random()} ${'x'.repeat(6000)}`)(transaction);
      return transaction.commit;
    });
    process.stdout.write(`kept ${seq}\n`);
  } catch (error) {
    refused('commit', error);
  }
  await capture?.capture().catch((error: unknown) => refused('capture', error));
}
try {
  capture?.finish();
} catch (error) {
  refused('finish', error);
  capture?.end();
  process.kill(process.pid, 'SIGKILL'); // nobody is left to copy the log: as after a crash
}
await store.close();
